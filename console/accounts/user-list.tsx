import { BooleanField, DataTable, SearchInput, useTranslate } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

const FILTERS = [<SearchInput key="search" source="search" alwaysOn />];

/** Everybody who may log in. */
export default function UserList() {
  const translate = useTranslate();
  return (
    <PageList filters={FILTERS} sort={{ field: "name", order: "ASC" }}>
      <Rows primary={({ name }) => name} secondary={({ email }) => email}>
        <DataTable.Col source="name" />
        <DataTable.Col source="email" />
        <DataTable.Col source="role" disableSort render={({ role }) => translate(`role.${role}`)} />
        <DataTable.Col source="hasSecondFactor" disableSort field={BooleanField} />
        <DataTable.Col source="isBlocked" disableSort field={BooleanField} />
        <DataTable.Col source="created" field={When} />
      </Rows>
    </PageList>
  );
}
