import { Create, required, SimpleForm, TextInput } from "react-admin";

export default function ParameterCreate() {
  return (
    <Create
      redirect="list"
      transform={({ note, value, ...rest }) => ({ ...rest, value: value ?? "", note: note ?? "" })}
    >
      <SimpleForm warnWhenUnsavedChanges>
        <TextInput source="id" label="parameter.id" helperText="parameter.idHint" validate={required()} />
        <TextInput source="value" multiline helperText="parameter.valueHint" />
        <TextInput source="note" />
      </SimpleForm>
    </Create>
  );
}
