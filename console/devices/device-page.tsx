import {
  BooleanField,
  DeleteWithConfirmButton,
  EditButton,
  ReferenceField,
  Show,
  SimpleShowLayout,
  TabbedShowLayout,
  TabbedShowLayoutTabs,
  TextField,
  TopToolbar,
  useTranslate,
} from "react-admin";
import { LiveView } from "../live/live-view.tsx";
import { When } from "../parts/when.tsx";
import { DeviceTools } from "./device-tools.tsx";
import { Chips } from "./groups.tsx";
import { Online } from "./online.tsx";
import { RebootButton, RevokeButton } from "./order-button.tsx";
import { SayForm } from "./say-form.tsx";

function Actions() {
  const translate = useTranslate();
  return (
    <TopToolbar>
      <RebootButton />
      <RevokeButton />
      <EditButton />
      <DeleteWithConfirmButton
        label="device.unbind"
        confirmTitle={translate("device.unbind")}
        confirmContent={translate("device.unbindHint")}
      />
    </TopToolbar>
  );
}

/** One device: what happens on it now, its tools, and what is known of it. */
export default function DevicePage() {
  return (
    <Show actions={<Actions />}>
      <TabbedShowLayout tabs={<TabbedShowLayoutTabs variant="scrollable" />}>
        <TabbedShowLayout.Tab label="device.live">
          <Online />
          <SayForm />
          <LiveView />
        </TabbedShowLayout.Tab>
        <TabbedShowLayout.Tab label="device.tools" path="tools">
          <DeviceTools />
        </TabbedShowLayout.Tab>
        <TabbedShowLayout.Tab label="device.facts" path="facts">
          <SimpleShowLayout>
            <TextField source="id" label="device.id" />
            <TextField source="board" />
            <TextField source="version" />
            <ReferenceField source="agent" reference="agents" emptyText="device.serverAgent" />
            <Chips source="groups" />
            <BooleanField source="updates" />
            <When source="seen" />
            <When source="created" />
          </SimpleShowLayout>
        </TabbedShowLayout.Tab>
      </TabbedShowLayout>
    </Show>
  );
}
