import {
  AutocompleteArrayInput,
  BooleanInput,
  Edit,
  ReferenceInput,
  SaveButton,
  SelectInput,
  SimpleForm,
  TextInput,
  Toolbar,
  usePermissions,
} from "react-admin";
import { SHOWN_WHEN_EMPTY } from "../forms/shown-when-empty.ts";
import { useGroupChoices } from "./groups.tsx";

/** Without the usual button to delete: a device is unbound on its own page, where what that means is said. */
function Save() {
  return (
    <Toolbar>
      <SaveButton />
    </Toolbar>
  );
}

/** Name, agent, groups and owner of a device. */
export default function DeviceEdit() {
  const { permissions } = usePermissions();
  const groups = useGroupChoices();
  return (
    <Edit mutationMode="pessimistic" redirect="show">
      <SimpleForm warnWhenUnsavedChanges toolbar={<Save />}>
        <TextInput source="alias" helperText="device.aliasHint" />
        <ReferenceInput source="agent" reference="agents">
          <SelectInput emptyText="device.serverAgent" slotProps={SHOWN_WHEN_EMPTY} />
        </ReferenceInput>
        <AutocompleteArrayInput
          source="groups"
          choices={groups}
          translateChoice={false}
          onCreate={(name) => (name ? { id: name, name } : undefined)}
        />
        <BooleanInput source="updates" helperText="device.updatesHint" />
        {permissions === "administrator" && (
          <ReferenceInput source="owner" reference="users">
            <SelectInput emptyText="device.noOwner" slotProps={SHOWN_WHEN_EMPTY} />
          </ReferenceInput>
        )}
      </SimpleForm>
    </Edit>
  );
}
