import { DataTable } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

/** What new agents may be made from. There are few: the server gives all of them at once. */
export default function TemplateList() {
  return (
    <PageList pagination={false} sort={{ field: "name", order: "ASC" }}>
      <Rows primary={({ name }) => name} secondary={({ description }) => description}>
        <DataTable.Col source="name" disableSort />
        <DataTable.Col source="description" disableSort />
        <DataTable.Col source="updated" disableSort field={When} />
      </Rows>
    </PageList>
  );
}
