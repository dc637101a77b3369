import { DataTable, FilterButton, TextInput, TopToolbar } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

const FILTERS = [
  <TextInput key="entity" source="entity" />,
  <TextInput key="action" source="action" />,
  <TextInput key="subject" source="subject" />,
];

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
    </TopToolbar>
  );
}

/** Who changed what, the newest first. */
export default function AuditList() {
  return (
    <PageList filters={FILTERS} sort={{ field: "at", order: "DESC" }} actions={<Actions />}>
      <Rows
        rowClick={false}
        primary={({ action, entity, subject }) => `${action} ${entity} ${subject}`}
        secondary={({ at }) => new Date(at).toLocaleString()}
      >
        <DataTable.Col source="at" field={When} />
        <DataTable.Col source="actor" disableSort />
        <DataTable.Col source="action" disableSort />
        <DataTable.Col source="entity" disableSort />
        <DataTable.Col source="subject" disableSort />
        <DataTable.Col
          source="detail"
          disableSort
          render={({ detail }) => detail && <code>{JSON.stringify(detail)}</code>}
        />
      </Rows>
    </PageList>
  );
}
