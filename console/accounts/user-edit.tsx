import {
  BooleanInput,
  Edit,
  PasswordInput,
  type RaRecord,
  required,
  SelectInput,
  SimpleForm,
  TextInput,
  useRecordContext,
} from "react-admin";
import type { Account } from "../../host-server/console/contract/accounts.ts";
import { ROLE_CHOICES } from "./roles.ts";

/** Without a new password the old one stays. */
function asChange({ password, ...rest }: Partial<RaRecord>): Partial<RaRecord> {
  return password ? { ...rest, password } : rest;
}

/** A second factor that its owner has lost can be taken away; it cannot be given. */
function LostFactor() {
  const account = useRecordContext<Account>();
  return account?.hasSecondFactor ? <BooleanInput source="hasSecondFactor" helperText="user.factorHint" /> : null;
}

export default function UserEdit() {
  return (
    <Edit mutationMode="pessimistic" redirect="list" transform={asChange}>
      <SimpleForm warnWhenUnsavedChanges>
        <TextInput source="name" validate={required()} />
        <TextInput source="email" readOnly />
        <SelectInput source="role" choices={ROLE_CHOICES} validate={required()} />
        <BooleanInput source="isBlocked" helperText="user.blockedHint" />
        <LostFactor />
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
