import { Create, email, PasswordInput, required, SelectInput, SimpleForm, TextInput } from "react-admin";
import { ROLE_CHOICES } from "./roles.ts";

export default function UserCreate() {
  return (
    <Create redirect="list">
      <SimpleForm warnWhenUnsavedChanges>
        <TextInput source="name" validate={required()} slotProps={{ htmlInput: { maxLength: 100 } }} />
        <TextInput source="email" type="email" validate={[required(), email()]} />
        <PasswordInput source="password" validate={required()} autoComplete="new-password" />
        <SelectInput source="role" choices={ROLE_CHOICES} defaultValue="user" validate={required()} />
      </SimpleForm>
    </Create>
  );
}
