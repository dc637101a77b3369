import { Create, ReferenceInput, required, SelectInput, SimpleForm, TextInput, useTranslate } from "react-admin";
import { withoutEmpty } from "../parts/clean.ts";

/** A new assistant: from nothing, from a template, or as a copy of another. */
export default function AgentCreate() {
  const translate = useTranslate();
  return (
    <Create redirect="edit" transform={withoutEmpty}>
      <SimpleForm warnWhenUnsavedChanges>
        <TextInput source="name" validate={required()} slotProps={{ htmlInput: { maxLength: 64 } }} />
        <ReferenceInput source="template" reference="templates">
          <SelectInput label="agent.template" emptyText={translate("agent.noTemplate")} />
        </ReferenceInput>
        <ReferenceInput source="copyOf" reference="agents">
          <SelectInput label="agent.copyOf" emptyText={translate("agent.noCopy")} />
        </ReferenceInput>
      </SimpleForm>
    </Create>
  );
}
