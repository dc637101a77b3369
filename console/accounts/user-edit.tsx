import {
  BooleanInput,
  Edit,
  PasswordInput,
  type RaRecord,
  required,
  SelectInput,
  SimpleForm,
  TextInput,
} from "react-admin";
import { ROLE_CHOICES } from "./roles.ts";

/** Without a new password the old one stays. */
function asChange({ password, ...rest }: Partial<RaRecord>): Partial<RaRecord> {
  return password ? { ...rest, password } : rest;
}

export default function UserEdit() {
  return (
    <Edit mutationMode="pessimistic" redirect="list" transform={asChange}>
      <SimpleForm>
        <TextInput source="name" validate={required()} />
        <TextInput source="email" readOnly />
        <SelectInput source="role" choices={ROLE_CHOICES} validate={required()} />
        <BooleanInput source="isBlocked" helperText="user.blockedHint" />
        <PasswordInput
          source="password"
          label="user.newPassword"
          helperText="user.passwordHint"
          autoComplete="new-password"
        />
      </SimpleForm>
    </Edit>
  );
}
