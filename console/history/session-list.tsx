import { DataTable, FilterButton, ReferenceField, ReferenceInput, SearchInput, TopToolbar } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

const FILTERS = [
  <SearchInput key="search" source="search" alwaysOn />,
  <ReferenceInput key="device" source="device" reference="devices" />,
  <ReferenceInput key="agent" source="agent" reference="agents" />,
];

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
    </TopToolbar>
  );
}

/** Conversations, the newest first. */
export default function SessionList() {
  return (
    <PageList filters={FILTERS} sort={{ field: "started", order: "DESC" }} actions={<Actions />}>
      <Rows
        rowClick="show"
        primary={({ title, device }) => title || device}
        secondary={({ started }) => new Date(started).toLocaleString()}
      >
        <DataTable.Col source="started" field={When} />
        <DataTable.Col source="title" disableSort render={({ title }) => title || "–"} />
        <DataTable.Col source="device" disableSort>
          <ReferenceField source="device" reference="devices" link={false} />
        </DataTable.Col>
        <DataTable.Col source="agent" disableSort>
          <ReferenceField source="agent" reference="agents" link={false} />
        </DataTable.Col>
        <DataTable.NumberCol source="turns" disableSort />
      </Rows>
    </PageList>
  );
}
