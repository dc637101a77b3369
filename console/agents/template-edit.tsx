import { Edit } from "react-admin";
import { asChange } from "./as-change.ts";
import { TemplateForm } from "./template-form.tsx";

export default function TemplateEdit() {
  return (
    <Edit mutationMode="pessimistic" redirect="list" transform={asChange}>
      <TemplateForm />
    </Edit>
  );
}
