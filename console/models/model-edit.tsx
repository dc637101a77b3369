import { Edit } from "react-admin";
import { asModel } from "./as-model.ts";
import { ModelForm } from "./model-form.tsx";

export default function ModelEdit() {
  return (
    <Edit mutationMode="pessimistic" redirect="list" transform={asModel}>
      <ModelForm />
    </Edit>
  );
}
