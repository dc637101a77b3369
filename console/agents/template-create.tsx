import { Create } from "react-admin";
import { asChange } from "./as-change.ts";
import { TemplateForm } from "./template-form.tsx";

export default function TemplateCreate() {
  return (
    <Create redirect="list" transform={asChange}>
      <TemplateForm />
    </Create>
  );
}
