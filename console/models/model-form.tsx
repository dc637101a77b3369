import { BooleanInput, required, SelectInput, SimpleForm, TextInput } from "react-admin";
import { useWatch } from "react-hook-form";
import type { Schema } from "../forms/schema.ts";
import { SchemaFields } from "../forms/schema-fields.tsx";
import { ModelTestButton } from "./model-test-button.tsx";
import { STAGE_CHOICES, useProviderForms } from "./use-provider-forms.ts";

/** Fields of a model: the stage of one that is there stays. */
export function ModelForm({ isNew = false }: { readonly isNew?: boolean }) {
  return (
    <SimpleForm warnWhenUnsavedChanges>
      <TextInput source="name" validate={required()} slotProps={{ htmlInput: { maxLength: 100 } }} />
      <SelectInput source="stage" choices={STAGE_CHOICES} validate={required()} readOnly={!isNew} />
      <ProviderFields />
      <BooleanInput source="isPreferred" helperText="model.preferredHint" />
      <BooleanInput source="isEnabled" defaultValue={true} helperText={false} />
      <ModelTestButton />
    </SimpleForm>
  );
}

/** The provider, and its settings as it describes them. */
function ProviderFields() {
  const forms = useProviderForms();
  const [stage, provider] = useWatch({ name: ["stage", "provider"] });
  const ofStage = forms.filter((form) => form.stage === stage);
  const chosen = ofStage.find(({ name }) => name === provider);
  return (
    <>
      <SelectInput
        source="provider"
        choices={ofStage.map(({ name }) => ({ id: name, name }))}
        validate={required()}
        translateChoice={false}
      />
      {chosen && <SchemaFields key={`${stage}-${provider}`} source="settings" schema={chosen.schema as Schema} />}
    </>
  );
}
