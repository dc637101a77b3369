import { DataTable, SearchInput } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

const FILTERS = [<SearchInput key="search" source="search" alwaysOn />];

/** Settings of the whole server that differ from its file. */
export default function ParameterList() {
  return (
    <PageList filters={FILTERS} sort={{ field: "id", order: "ASC" }}>
      <Rows primary={({ id }) => id} secondary={({ value }) => value}>
        <DataTable.Col source="id" label="parameter.id" />
        <DataTable.Col source="value" disableSort />
        <DataTable.Col source="note" disableSort />
        <DataTable.Col source="updated" field={When} />
      </Rows>
    </PageList>
  );
}
