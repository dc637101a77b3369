import { useState } from "react";
import {
  AutocompleteArrayInput,
  Edit,
  ReferenceInput,
  required,
  SelectInput,
  TabbedForm,
  TabbedFormTabs,
  TextInput,
  usePermissions,
} from "react-admin";
import { SHOWN_WHEN_EMPTY } from "../forms/shown-when-empty.ts";
import { VoiceList } from "../voices/voice-list.tsx";
import { MoreFields, PluginFields, StagesFields, WhoFields, WordFields } from "./agent-fields.tsx";
import { AgentMcp } from "./agent-mcp.tsx";
import { AgentMemories } from "./agent-memories.tsx";
import { AgentSnapshots } from "./agent-snapshots.tsx";
import { asChange } from "./as-change.ts";

/** An assistant: who it is, what it uses, and what it was. */
export default function AgentEdit() {
  const { permissions } = usePermissions();
  // A form keeps what it shows where the record no longer has a value: after that it is made anew.
  const [restored, setRestored] = useState(0);
  return (
    <Edit mutationMode="pessimistic" redirect={false} transform={asChange}>
      <TabbedForm warnWhenUnsavedChanges key={restored} tabs={<TabbedFormTabs variant="scrollable" />}>
        <TabbedForm.Tab label="agent.who">
          <TextInput source="name" validate={required()} />
          <WhoFields />
          <AutocompleteArrayInput
            source="tags"
            choices={[]}
            onCreate={(name) => (name ? { id: name, name } : undefined)}
            createLabel="agent.newTag"
          />
          {permissions === "administrator" && (
            <ReferenceInput source="owner" reference="users">
              <SelectInput emptyText="agent.everybodys" slotProps={SHOWN_WHEN_EMPTY} />
            </ReferenceInput>
          )}
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.stages" path="stages">
          <StagesFields />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.plugins" path="plugins">
          <PluginFields />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.memory" path="memory">
          <AgentMemories />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.mcp" path="mcp">
          <AgentMcp />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.voices" path="voices">
          <VoiceList />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.words" path="words">
          <WordFields />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.more" path="more">
          <MoreFields />
        </TabbedForm.Tab>
        <TabbedForm.Tab label="agent.snapshots" path="snapshots">
          <AgentSnapshots onRestored={() => setRestored((count) => count + 1)} />
        </TabbedForm.Tab>
      </TabbedForm>
    </Edit>
  );
}
