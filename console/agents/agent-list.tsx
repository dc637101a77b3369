import { useQuery } from "@tanstack/react-query";
import {
  CreateButton,
  DataTable,
  FilterButton,
  ReferenceField,
  SearchInput,
  SelectInput,
  TopToolbar,
  usePermissions,
} from "react-admin";
import { request } from "../api/request.ts";
import { Chips } from "../devices/groups.tsx";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

function useFilters() {
  const { data: tags = [] } = useQuery({
    queryKey: ["agent-tags"],
    queryFn: () => request<string[]>("GET", "agent-tags"),
  });
  const choices = tags.map((name) => ({ id: name, name }));
  return [
    <SearchInput key="search" source="search" alwaysOn />,
    <SelectInput key="tag" source="tag" label="agent.tag" choices={choices} translateChoice={false} />,
  ];
}

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
      <CreateButton />
    </TopToolbar>
  );
}

/** Assistants: who devices may be. */
export default function AgentList() {
  const { permissions } = usePermissions();
  return (
    <PageList filters={useFilters()} sort={{ field: "name", order: "ASC" }} actions={<Actions />}>
      <Rows primary={({ name }) => name} secondary={({ tags }) => tags.join(", ")}>
        <DataTable.Col source="name" />
        <DataTable.Col source="tags" disableSort field={Chips} />
        {permissions === "administrator" && (
          <DataTable.Col source="owner" disableSort>
            <ReferenceField source="owner" reference="users" link={false} emptyText="agent.everybodys" />
          </DataTable.Col>
        )}
        <DataTable.Col source="updated" field={When} />
      </Rows>
    </PageList>
  );
}
