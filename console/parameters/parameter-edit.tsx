import { Edit, SimpleForm, TextInput } from "react-admin";

export default function ParameterEdit() {
  return (
    <Edit
      mutationMode="pessimistic"
      redirect="list"
      transform={({ note, value, ...rest }) => ({ ...rest, value: value ?? "", note: note ?? "" })}
    >
      <SimpleForm warnWhenUnsavedChanges>
        <TextInput source="id" label="parameter.id" readOnly />
        <TextInput source="value" multiline helperText="parameter.valueHint" />
        <TextInput source="note" />
      </SimpleForm>
    </Edit>
  );
}
