import type { AgentConfigs } from "../../host-server/config/agent-config.ts";
import { translateModels } from "../../host-server/config/reference-models.ts";
import type { Config } from "../../host-server/config/schema.ts";
import { createAgent } from "../../host-server/storage/agents.ts";
import { createDevice, noteSeen } from "../../host-server/storage/devices.ts";
import { StorageError } from "../../host-server/storage/errors.ts";
import { setMemory } from "../../host-server/storage/memories.ts";
import { createModel } from "../../host-server/storage/models.ts";
import type { StorageScope } from "../../host-server/storage/storage.ts";
import { createVoiceprint } from "../../host-server/storage/voiceprints.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { DumpRow, DumpValue } from "./mysql-dump.ts";
import type { ImportReport } from "./report.ts";

/** What an import from the reference's console needs. */
export interface ConsoleImport {
  readonly tables: ReadonlyMap<string, readonly DumpRow[]>;
  readonly storage: StorageScope;
  readonly configs: AgentConfigs;
  readonly config: Config;
  readonly report: ImportReport;
}

/** The reference's columns with the models of an agent, by the stage that they fill. */
const STAGES = { ASR: "asr_model_id", LLM: "llm_model_id", TTS: "tts_model_id" } as const;

const READ = new Set(["ai_agent", "ai_device", "ai_model_config", "ai_agent_voice_print"]);

/** Why the rows of some tables stay behind. */
const REASONS: { readonly [table: string]: string } = {
  sys_params: "the configuration file is where such keys are set here",
  sys_user: "accounts are made anew: passwords cannot be taken over",
  ai_agent_plugin_mapping: "plugins have other names and settings here: see plugins in the configuration",
  ai_agent_chat_history: "what was said stays where it is",
  ai_ota: "firmware of another project",
};

/** Takes agents, devices, models and voiceprints of the reference's console into the database. @throws StorageError */
export async function importConsole(source: ConsoleImport): Promise<void> {
  const models = await importModels(source);
  await importAgents(source, models);
  await importDevices(source);
  await importVoiceprints(source);
  for (const [table, rows] of source.tables) {
    if (READ.has(table) || rows.length === 0) continue;
    source.report.leave(`${table}, ${rows.length} rows`, REASONS[table] ?? "nothing here corresponds to it");
  }
}

function text(value: DumpValue | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** Gives the settings of each model that can be used here, by its id: a stage's block of the configuration. */
async function importModels({ tables, storage, report }: ConsoleImport): Promise<Map<string, JsonObject>> {
  const blocks = new Map<string, JsonObject>();
  for (const row of tables.get("ai_model_config") ?? []) {
    const [id, stage, name] = [text(row["id"]), text(row["model_type"]).toUpperCase(), text(row["model_name"])];
    const tree: JsonObject = { selected_module: { [stage]: name }, [stage]: { [name]: parsed(row["config_json"]) } };
    const [reason] = translateModels(tree);
    const key = stage.toLowerCase();
    const block = tree[key];
    if (!isObject(block) || typeof block["use"] !== "string") {
      report.leave(`model ${name}`, reason ?? "built in here");
      continue;
    }
    const provider = block["use"];
    const settings = block[provider] as JsonObject;
    const isPreferred = Number(row["is_default"]) === 1;
    const values = {
      id,
      stage: key,
      name,
      provider,
      settings,
      isPreferred,
      isEnabled: Number(row["is_enabled"]) !== 0,
    };
    if (await kept(report, `model ${name}`, createModel(storage, values))) blocks.set(id, { [key]: block });
  }
  return blocks;
}

async function importAgents(source: ConsoleImport, models: ReadonlyMap<string, JsonObject>): Promise<void> {
  const { tables, storage, report } = source;
  for (const row of tables.get("ai_agent") ?? []) {
    const [id, name] = [text(row["id"]), text(row["agent_name"]) || text(row["id"])];
    const settings = agentSettings(source, row, name);
    for (const column of Object.values(STAGES)) {
      const chosen = text(row[column]);
      const block = models.get(chosen);
      if (block) Object.assign(settings, usable(source, name, block));
      else if (chosen !== "") report.leave(`agent ${name}, ${column} ${chosen}`, "the server's own is used");
    }
    await kept(report, `agent ${name}`, createAgent(storage, { id, name, settings }));
  }
}

function agentSettings(source: ConsoleImport, row: DumpRow, name: string): JsonObject {
  const prompt = text(row["system_prompt"]).replaceAll("{{assistant_name}}", () => name);
  const language = text(row["lang_code"]);
  return {
    ...(prompt.trim() !== "" && { prompt }),
    ...(language !== "" && usable(source, name, { language })),
    ...(Number(row["chat_history_conf"] ?? 1) === 0 && { chat_history: "none" }),
  };
}

/** Settings that this server would refuse are left out, and named. */
function usable({ configs, config, report }: ConsoleImport, name: string, settings: JsonObject): JsonObject {
  try {
    configs.of(config, name, settings);
    return settings;
  } catch (error) {
    report.leave(`agent ${name}, ${Object.keys(settings).join(", ")}`, (error as Error).message.split("\n")[0] ?? "");
    return {};
  }
}

async function importDevices({ tables, storage, report }: ConsoleImport): Promise<void> {
  const agents = new Map((tables.get("ai_agent") ?? []).map((row) => [text(row["id"]), row]));
  for (const row of tables.get("ai_device") ?? []) {
    const id = text(row["mac_address"]) || text(row["id"]);
    const agent = agents.has(text(row["agent_id"])) ? text(row["agent_id"]) : null;
    const values = { alias: text(row["alias"]), board: text(row["board"]), version: text(row["app_version"]), agent };
    const updates = Number(row["auto_update"] ?? 1) !== 0;
    if (!(await kept(report, `device ${id}`, createDevice(storage, id, { ...values, updates })))) continue;
    const seen = Date.parse(`${text(row["last_connected_at"]).replace(" ", "T")}Z`);
    if (!Number.isNaN(seen)) await noteSeen(storage, new Map([[id, seen]]));
    const memory = agent === null ? "" : text(agents.get(agent)?.["summary_memory"]);
    if (agent !== null && memory !== "") await setMemory(storage, id, agent, memory);
  }
}

async function importVoiceprints({ tables, storage, report }: ConsoleImport): Promise<void> {
  for (const row of tables.get("ai_agent_voice_print") ?? []) {
    const [id, name, description] = [text(row["id"]), text(row["source_name"]), text(row["introduce"])];
    const what = `voiceprint ${name} (the voice itself is to be learned again)`;
    await kept(report, what, createVoiceprint(storage, text(row["agent_id"]), { id, name, description }));
  }
}

/** What is there already stays as it is. */
async function kept(report: ImportReport, what: string, work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    report.take(what);
    return true;
  } catch (error) {
    if (!(error instanceof StorageError) || !["storage-conflict", "storage-reference"].includes(error.code))
      throw error;
    report.leave(what, error.code === "storage-conflict" ? "it is there already" : "its agent is not in the dump");
    return false;
  }
}

function parsed(value: DumpValue | undefined): JsonObject {
  try {
    const found: unknown = JSON.parse(text(value));
    return isObject(found) ? found : {};
  } catch {
    // Broken settings are none, and the model is then left out with its reason.
    return {};
  }
}
