import { SelectInput, TextInput, useTranslate } from "react-admin";
import { useWatch } from "react-hook-form";
import { SchemaFields, SchemaInput } from "../forms/schema-fields.tsx";
import { SHOWN_WHEN_EMPTY } from "../forms/shown-when-empty.ts";
import { StageFields } from "../forms/stage-fields.tsx";
import { PluginField } from "./plugin-field.tsx";
import { type KnownForm, WithAgentForm } from "./with-agent-form.tsx";

const STAGES = ["llm", "tts", "asr", "vad", "vllm"];
/** Keys with a place of their own; the others are under "more". */
const WHO = ["prompt", "language", "voice"];
const MEMORY = ["memory", "chat_history", "history"];
const WORDS = "replacement_words";
const ELSEWHERE = [...STAGES, ...WHO, ...MEMORY, WORDS, "plugins"];

/** Who the assistant is. */
export function WhoFields() {
  return <WithAgentForm>{(form) => <KnownWhoFields form={form} />}</WithAgentForm>;
}

function KnownWhoFields({ form }: { readonly form: KnownForm }) {
  const translate = useTranslate();
  const kept: unknown = useWatch({ name: "settings.language" });
  const languages = new Set([...form.languages, ...(typeof kept === "string" && kept ? [kept] : [])]);
  const choices = [...languages].map((id) => ({ id, name: translate(`languageName.${id}`, { _: id }) }));
  const prompt = form.schema.properties?.["prompt"];
  return (
    <>
      <TextInput
        source="settings.prompt"
        label="setting.prompt"
        helperText="agent.promptHint"
        multiline
        minRows={4}
        {...(typeof prompt?.default === "string" && { placeholder: prompt.default })}
      />
      <SelectInput
        source="settings.language"
        label="setting.language"
        choices={choices}
        emptyText={translate("forms.asServer")}
        slotProps={SHOWN_WHEN_EMPTY}
        translateChoice={false}
      />
      <TextInput source="settings.voice" label="setting.voice" helperText="agent.voiceHint" />
    </>
  );
}

/** The providers of its stages. */
export function StagesFields() {
  return (
    <WithAgentForm>
      {({ schema: { properties = {} } }) =>
        STAGES.map((stage) => {
          const schema = properties[stage];
          return schema && <StageFields key={stage} source={`settings.${stage}`} stage={stage} schema={schema} />;
        })
      }
    </WithAgentForm>
  );
}

/** The server's tools that it may use, with their settings. */
export function PluginFields() {
  return (
    <WithAgentForm>
      {({ plugins }) => plugins.map((plugin) => <PluginField key={plugin.name} plugin={plugin} />)}
    </WithAgentForm>
  );
}

/** What it remembers. */
export function MemoryFields() {
  return (
    <WithAgentForm>
      {({ schema: { properties = {} } }) =>
        MEMORY.map((key) => {
          const schema = properties[key];
          return schema && <SchemaInput key={key} source={`settings.${key}`} name={key} schema={schema} />;
        })
      }
    </WithAgentForm>
  );
}

/** How it speaks what is written. */
export function WordFields() {
  return (
    <WithAgentForm>
      {({ schema: { properties = {} } }) => {
        const schema = properties[WORDS];
        return schema && <SchemaInput source={`settings.${WORDS}`} name={WORDS} schema={schema} />;
      }}
    </WithAgentForm>
  );
}

/** Everything that has no place of its own. */
export function MoreFields() {
  return (
    <WithAgentForm>
      {({ schema }) => <SchemaFields source="settings" schema={schema} without={ELSEWHERE} />}
    </WithAgentForm>
  );
}
