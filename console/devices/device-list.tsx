import Add from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import { lazy, Suspense } from "react";
import {
  DataTable,
  FilterButton,
  ReferenceField,
  SearchInput,
  SelectInput,
  TextInput,
  TopToolbar,
  useTranslate,
} from "react-admin";
import { DialogButton } from "../parts/page-dialog.tsx";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";
import { AgentFilter } from "./agent-filter.tsx";
import { BindDialog } from "./bind-dialog.tsx";
import { Chips, useGroupChoices } from "./groups.tsx";
import { Online } from "./online.tsx";

/** Comes when the first device is chosen. */
const BatchButton = lazy(() => import("./batch-button.tsx"));

function useFilters() {
  const translate = useTranslate();
  const onlineChoices = [
    { id: "true", name: translate("device.online") },
    { id: "false", name: translate("device.offline") },
  ];
  return [
    <SearchInput key="search" source="search" alwaysOn />,
    <SelectInput key="online" source="online" label="device.state" choices={onlineChoices} />,
    <SelectInput key="group" source="group" label="device.group" choices={useGroupChoices()} translateChoice={false} />,
    <AgentFilter key="agent" source="agent" />,
    <TextInput key="board" source="board" />,
  ];
}

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
      <DialogButton label="device.bind" icon={<Add />} />
    </TopToolbar>
  );
}

/** Wide enough that a long name does not make its row as high as a page. */
const LONG = { minWidth: 170 };

/** All devices of this account, or of everybody. */
export default function DeviceList() {
  const translate = useTranslate();
  const state = (isOnline: boolean) => translate(isOnline ? "device.online" : "device.offline");
  return (
    <PageList
      filters={useFilters()}
      sort={{ field: "seen", order: "DESC" }}
      actions={<Actions />}
      empty={<NoDevice />}
      dialog={BindDialog}
    >
      <Rows
        rowClick="show"
        bulkActions={
          <Suspense fallback={null}>
            <BatchButton />
          </Suspense>
        }
        primary={({ alias, id }) => alias || id}
        secondary={({ isOnline, board, version }) => [state(isOnline), board, version].filter(Boolean).join(" · ")}
      >
        <DataTable.Col source="isOnline" label="device.state" disableSort field={Online} />
        <DataTable.Col source="alias" render={({ alias, id }) => <Called alias={alias} id={id} />} />
        <DataTable.Col source="board" sx={LONG} />
        <DataTable.Col source="version" />
        <DataTable.Col source="agent" disableSort sx={LONG}>
          <ReferenceField source="agent" reference="agents" link={false} />
        </DataTable.Col>
        <DataTable.Col source="groups" disableSort field={Chips} />
        <DataTable.Col source="seen" field={When} />
      </Rows>
    </PageList>
  );
}

/** A device's name, and below it the address. */
function Called({ alias, id }: { readonly alias: string; readonly id: string }) {
  if (alias === "") return id;
  return (
    <>
      {alias}
      <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: "0.75rem" }}>
        {id}
      </Box>
    </>
  );
}

/** What to do first: there is no device yet. */
function NoDevice() {
  const translate = useTranslate();
  return (
    <div style={{ textAlign: "center", padding: "3rem 1rem" }}>
      <h2>{translate("device.none")}</h2>
      <p>{translate("device.noneHint")}</p>
      <DialogButton label="device.bind" icon={<Add />} />
    </div>
  );
}
