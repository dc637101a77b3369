import { required, TabbedForm, TabbedFormTabs, TextInput } from "react-admin";
import { MoreFields, PluginFields, StagesFields, WhoFields, WordFields } from "./agent-fields.tsx";

/** Fields of a template: those of an agent, without what only an agent has. */
export function TemplateForm() {
  return (
    <TabbedForm warnWhenUnsavedChanges tabs={<TabbedFormTabs variant="scrollable" />}>
      <TabbedForm.Tab label="agent.who">
        <TextInput source="name" validate={required()} />
        <TextInput source="description" />
        <WhoFields />
      </TabbedForm.Tab>
      <TabbedForm.Tab label="agent.stages" path="stages">
        <StagesFields />
      </TabbedForm.Tab>
      <TabbedForm.Tab label="agent.plugins" path="plugins">
        <PluginFields />
      </TabbedForm.Tab>
      <TabbedForm.Tab label="agent.words" path="words">
        <WordFields />
      </TabbedForm.Tab>
      <TabbedForm.Tab label="agent.more" path="more">
        <MoreFields />
      </TabbedForm.Tab>
    </TabbedForm>
  );
}
