import Bolt from "@mui/icons-material/Bolt";
import CloudUpload from "@mui/icons-material/CloudUpload";
import {
  Button,
  DataTable,
  DeleteWithConfirmButton,
  TextInput,
  TopToolbar,
  useGetIdentity,
  useTranslate,
} from "react-admin";
import { DialogButton } from "../parts/page-dialog.tsx";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";
import { RolloutButtons } from "./rollout-buttons.tsx";
import { RolloutState } from "./rollout-state.tsx";
import { UploadDialog } from "./upload-dialog.tsx";

const FILTERS = [<TextInput key="board" source="board" alwaysOn />];

function Actions() {
  return (
    <TopToolbar>
      <FlashButton />
      <DialogButton label="firmware.upload" icon={<CloudUpload />} />
    </TopToolbar>
  );
}

/** To the page of the server that writes firmware into new devices. */
function FlashButton() {
  const { data: me } = useGetIdentity();
  if (!me?.["hasDevicePages"]) return null;
  return (
    <Button label="beside.flash" href="/flash/">
      <Bolt />
    </Button>
  );
}

function sizeOf(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}

/** Images for devices, and how far each has been rolled out. */
export default function FirmwareList() {
  return (
    <PageList
      filters={FILTERS}
      sort={{ field: "uploaded", order: "DESC" }}
      actions={<Actions />}
      empty={<NoFirmware />}
      dialog={UploadDialog}
      queryOptions={{ refetchInterval: 5_000 }}
    >
      <Rows
        rowClick={false}
        primary={({ board, version }) => `${board} ${version}`}
        secondary={({ bytes, note }) => (
          <>
            <div>{[sizeOf(bytes), note].filter(Boolean).join(" · ")}</div>
            <RolloutState />
            <RolloutButtons />
          </>
        )}
        phoneAction={<DeleteWithConfirmButton redirect={false} />}
      >
        <DataTable.Col source="board" />
        <DataTable.Col source="version" />
        <DataTable.Col
          source="bytes"
          disableSort
          sx={{ textAlign: "right", whiteSpace: "nowrap" }}
          render={({ bytes }) => sizeOf(bytes)}
        />
        <DataTable.Col source="note" disableSort />
        <DataTable.Col source="uploaded" field={When} />
        <DataTable.Col source="rollout" disableSort field={RolloutState} />
        <DataTable.Col label="firmware.actions">
          <RolloutButtons />
          <DeleteWithConfirmButton redirect={false} />
        </DataTable.Col>
      </Rows>
    </PageList>
  );
}

function NoFirmware() {
  const translate = useTranslate();
  return (
    <div style={{ textAlign: "center", padding: "3rem 1rem" }}>
      <h2>{translate("firmware.none")}</h2>
      <p>{translate("firmware.noneHint")}</p>
      <FlashButton />
      <DialogButton label="firmware.upload" icon={<CloudUpload />} />
    </div>
  );
}
