import { z } from "zod";
import { configSchema } from "../../config/schema.ts";
import { builtInPlugins } from "../../tools/built-in-plugins.ts";
import { isAdministrator, type Principal } from "../accounts/principal.ts";
import type { AgentForm } from "../contract/agents.ts";
import type { ConsoleParts } from "../parts.ts";
import { USER_KEYS } from "./agent-settings.ts";

/** What an administrator may set of an agent beside what users may. */
const MORE_KEYS: readonly string[] = [
  ...["vad", "asr", "llm", "tts", "memory", "context_providers", "prompt_template", "turn", "history", "voiceprint"],
  ...["device_max_output_size", "device_max_output_response", "tool_call_timeout"],
];

/** Languages that the form offers first; others may be written. */
const LANGUAGES = ["zh", "en", "ja", "ko", "de", "fr", "es", "pt", "it", "ru", "vi", "th", "id", "ar"];

/** The JSON Schema of a form: of what is written, not of what is read. */
export function formOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Record<string, unknown>;
}

/** What the form of an agent is drawn from, for somebody with these rights. */
export function agentForm({ providers }: Pick<ConsoleParts, "providers">, principal: Principal): AgentForm {
  const { shape } = configSchema(providers);
  const keys = isAdministrator(principal) ? [...USER_KEYS, ...MORE_KEYS] : USER_KEYS;
  const own = Object.fromEntries(
    keys.flatMap((key) => (shape[key] ? [[key, (shape[key] as z.ZodType).optional()]] : [])),
  );
  const more = {
    models: z.record(z.string(), z.string()).optional().describe("Ids of models by stage."),
    language: z.string().optional().describe("What is spoken and heard, as en or zh."),
    voice: z.string().optional().describe("Name of the voice."),
  };
  const plugins = Object.entries(builtInPlugins).map(([name, { byDefault, settings }]) => {
    return { name, description: settings.description ?? "", byDefault, schema: formOf(settings) };
  });
  return { schema: formOf(z.object({ ...own, ...more })), plugins, languages: LANGUAGES };
}
