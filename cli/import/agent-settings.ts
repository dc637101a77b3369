import type { AgentConfigs } from "../../host-server/config/agent-config.ts";
import type { Config } from "../../host-server/config/schema.ts";
import { builtInPlugins } from "../../host-server/tools/built-in-plugins.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { type DumpRow, type DumpValue, jsonOf, textOf } from "./mysql-dump.ts";
import { fittingSettings } from "./plugin-values.ts";
import type { ImportReport } from "./report.ts";

/** The reference's columns with the models of an agent, by the stage that they fill. */
const STAGES = { vad: "vad_model_id", asr: "asr_model_id", llm: "llm_model_id", tts: "tts_model_id" } as const;
/** What the reference's column for history means. */
const HISTORY: readonly string[] = ["none", "text", "text+audio"];
/** Plugins that every agent has here, and in the reference those that have chosen them. */
const CHOSEN = ["get_weather", "play_music"] as const;

/** What the settings of agents are made of. */
export interface AgentSource {
  readonly tables: ReadonlyMap<string, readonly DumpRow[]>;
  /** Knows the models that were taken. */
  readonly configs: AgentConfigs;
  readonly config: Config;
  /** Whether a model was taken. */
  readonly hasModel: (id: string) => boolean;
  readonly report: ImportReport;
}

/** The settings of an agent of the reference's console; what this server would refuse is left out, and named. */
export function agentSettings(source: AgentSource, row: DumpRow): JsonObject {
  const [id, name] = [textOf(row["id"]), nameOf(row)];
  const prompt = textOf(row["system_prompt"]).replaceAll("{{assistant_name}}", () => name);
  const language = textOf(row["lang_code"]);
  const voice = find(source, "ai_tts_voice", "id", row["tts_voice_id"])?.["tts_voice"];
  const history = HISTORY[Number(row["chat_history_conf"] ?? 1)];
  const pieces: readonly JsonObject[] = [
    { ...(prompt.trim() !== "" && { prompt }) },
    ...modelsOf(source, row, name),
    { ...(language !== "" && { language }) },
    { ...(textOf(voice) !== "" && { voice: textOf(voice) }) },
    { ...(history !== undefined && history !== "text" && { chat_history: history }) },
    { ...wordsOf(source, id) },
    { ...contextOf(source, id) },
    { ...pluginsOf(source, id, name) },
  ];
  return pieces.reduce<JsonObject>((settings, piece) => withUsable(source, name, settings, piece), {});
}

/** What an agent is called. */
export function nameOf(row: DumpRow): string {
  return textOf(row["agent_name"]) || textOf(row["id"]);
}

function withUsable(
  { configs, config, report }: AgentSource,
  name: string,
  settings: JsonObject,
  piece: JsonObject,
): JsonObject {
  if (Object.keys(piece).length === 0) return settings;
  const models = { ...(settings["models"] as JsonObject | undefined), ...(piece["models"] as JsonObject | undefined) };
  const both = { ...settings, ...piece, ...(Object.keys(models).length > 0 && { models }) };
  try {
    configs.of(config, name, both);
    return both;
  } catch (error) {
    report.leave(`agent ${name}, ${Object.keys(piece).join(", ")}`, (error as Error).message.split("\n")[0] ?? "");
    return settings;
  }
}

function modelsOf({ hasModel, report }: AgentSource, row: DumpRow, name: string): JsonObject[] {
  return Object.entries(STAGES).flatMap(([stage, column]) => {
    const chosen = textOf(row[column]);
    if (chosen === "") return [];
    if (hasModel(chosen)) return [{ models: { [stage]: chosen } }];
    report.leave(`agent ${name}, ${column} ${chosen}`, "the server's own is used");
    return [];
  });
}

/** Words that are spoken otherwise, of the files that the agent has. */
function wordsOf({ tables }: AgentSource, agent: string): JsonObject {
  const files = rowsOf(tables, "ai_agent_correct_word_mapping", "agent_id", agent).map((row) => textOf(row["file_id"]));
  const words = files.flatMap((file) => rowsOf(tables, "ai_agent_correct_word_item", "file_id", file));
  const pairs = words.map((row) => `${textOf(row["source_word"]).replaceAll("|", "")}|${textOf(row["target_word"])}`);
  const usable = pairs.filter((pair) => !pair.startsWith("|"));
  return usable.length > 0 ? { replacement_words: usable } : {};
}

function contextOf({ tables }: AgentSource, agent: string): JsonObject {
  const [row] = rowsOf(tables, "ai_agent_context_provider", "agent_id", agent);
  const list = jsonOf(row?.["context_providers"]);
  const providers = (Array.isArray(list) ? list : []).filter(isObject).map(({ url, headers }) => {
    return { url: String(url ?? ""), ...(isObject(headers) && { headers: texts(headers) }) };
  });
  return providers.length > 0 ? { context_providers: providers } : {};
}

function texts(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}

/** The plugins that the agent has chosen, with their parameters; a console that knows no choices leaves all. */
function pluginsOf(source: AgentSource, agent: string, name: string): JsonObject {
  const { tables, report } = source;
  const chosen = rowsOf(tables, "ai_agent_plugin_mapping", "agent_id", agent);
  if (chosen.length === 0) return {};
  const plugins: JsonObject = {};
  for (const row of chosen) {
    const id = textOf(row["plugin_id"]);
    const code = textOf(find(source, "ai_model_provider", "id", id)?.["provider_code"]);
    const what = `agent ${name}, plugin ${code || id}`;
    // A home is the whole server's; its parameters are taken once.
    if (code.startsWith("hass_")) continue;
    const plugin = builtInPlugins[code];
    if (!plugin) {
      report.leave(what, code === "" ? "what it stands for is not in the dump" : "there is no such plugin here");
      continue;
    }
    const given = jsonOf(row["param_info"]);
    const { settings, left } = fittingSettings(plugin.settings, isObject(given) ? given : {});
    for (const [key, why] of left) report.leave(`${what}, ${key}`, why);
    plugins[code] = Object.keys(settings).length > 0 ? settings : true;
  }
  for (const code of CHOSEN) plugins[code] ??= false;
  return { plugins };
}

function find({ tables }: AgentSource, table: string, column: string, value: DumpValue | undefined) {
  return textOf(value) === "" ? undefined : rowsOf(tables, table, column, textOf(value))[0];
}

/** Rows with this value in a column. */
export function rowsOf(
  tables: AgentSource["tables"],
  table: string,
  column: string,
  value: string,
): readonly DumpRow[] {
  return (tables.get(table) ?? []).filter((row) => textOf(row[column]) === value);
}
