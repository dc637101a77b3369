import { DeleteWithConfirmButton, ReferenceField, Show, SimpleShowLayout, TextField, TopToolbar } from "react-admin";
import { When } from "../parts/when.tsx";
import { SessionMessages } from "./session-messages.tsx";

function Actions() {
  return (
    <TopToolbar>
      <DeleteWithConfirmButton />
    </TopToolbar>
  );
}

/** One conversation, word by word. */
export default function SessionPage() {
  return (
    <Show actions={<Actions />}>
      <SimpleShowLayout>
        <ReferenceField source="device" reference="devices" />
        <ReferenceField source="agent" reference="agents" emptyText="device.serverAgent" />
        <TextField source="turns" />
        <When source="started" />
        <SessionMessages label={false} />
      </SimpleShowLayout>
    </Show>
  );
}
