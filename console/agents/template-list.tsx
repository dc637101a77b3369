import Add from "@mui/icons-material/Add";
import { Button, CreateButton, DataTable, TopToolbar, usePermissions, useRecordContext } from "react-admin";
import { Link } from "react-router-dom";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

/** What new agents may be made from. There are few: the server gives all of them at once. Users make agents, administrators templates, too. */
export default function TemplateList() {
  const { permissions } = usePermissions();
  const canChange = permissions === "administrator";
  const actions = <TopToolbar>{canChange && <CreateButton />}</TopToolbar>;
  return (
    <PageList pagination={false} sort={{ field: "name", order: "ASC" }} actions={actions}>
      <Rows
        phoneAction={<MakeButton />}
        rowClick={canChange && "edit"}
        primary={({ name }) => name}
        secondary={({ description }) => description}
      >
        <DataTable.Col source="name" disableSort />
        <DataTable.Col source="description" disableSort />
        <DataTable.Col source="updated" disableSort field={When} />
        <DataTable.Col label={false}>
          <MakeButton />
        </DataTable.Col>
      </Rows>
    </PageList>
  );
}

/** To the form of a new agent, with this template chosen. */
function MakeButton() {
  const template = useRecordContext();
  const source = JSON.stringify({ name: template?.["name"], template: template?.id });
  return (
    <Button
      label="agent.makeOf"
      component={Link}
      to={{ pathname: "/agents/create", search: `source=${encodeURIComponent(source)}` }}
      onClick={(event: { stopPropagation: () => void }) => event.stopPropagation()}
    >
      <Add />
    </Button>
  );
}
