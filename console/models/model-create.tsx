import { Create } from "react-admin";
import { asModel } from "./as-model.ts";
import { ModelForm } from "./model-form.tsx";

export default function ModelCreate() {
  return (
    <Create redirect="list" transform={asModel}>
      <ModelForm isNew />
    </Create>
  );
}
