import { AgentConfigs } from "../../host-server/config/agent-config.ts";
import { translateModels } from "../../host-server/config/reference-models.ts";
import type { Config, ProviderTable } from "../../host-server/config/schema.ts";
import type { StoredModel } from "../../host-server/config/stored-config.ts";
import { createAgent } from "../../host-server/storage/agents.ts";
import { createDevice, noteSeen } from "../../host-server/storage/devices.ts";
import { StorageError } from "../../host-server/storage/errors.ts";
import { setTags } from "../../host-server/storage/labels.ts";
import { setMemory } from "../../host-server/storage/memories.ts";
import { createModel } from "../../host-server/storage/models.ts";
import type { StorageScope } from "../../host-server/storage/storage.ts";
import { createVoiceprint } from "../../host-server/storage/voiceprints.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { agentSettings, nameOf, rowsOf } from "./agent-settings.ts";
import { type DumpRow, jsonOf, textOf } from "./mysql-dump.ts";
import { importParameters } from "./parameters.ts";
import type { ImportReport } from "./report.ts";

/** What an import from the reference's console needs. */
export interface ConsoleImport {
  readonly tables: ReadonlyMap<string, readonly DumpRow[]>;
  readonly storage: StorageScope;
  readonly providers: ProviderTable;
  readonly config: Config;
  readonly report: ImportReport;
}

const READ = new Set([
  "ai_agent",
  "ai_agent_context_provider",
  "ai_agent_correct_word_item",
  "ai_agent_correct_word_mapping",
  "ai_agent_plugin_mapping",
  "ai_agent_tag",
  "ai_agent_tag_relation",
  "ai_agent_voice_print",
  "ai_device",
  "ai_model_config",
  "ai_model_provider",
  "ai_tts_voice",
  "sys_params",
]);

/** Why the rows of some tables stay behind. */
const REASONS: { readonly [table: string]: string } = {
  sys_user: "accounts are made anew: passwords cannot be taken over",
  ai_agent_correct_word_file: "its words are taken, with the agents that have them",
  ai_agent_chat_history: "what was said stays where it is",
  ai_ota: "firmware of another project",
};

/** Takes agents, devices, models, parameters and voiceprints of the reference's console into the database. @throws StorageError */
export async function importConsole(source: ConsoleImport): Promise<void> {
  await importParameters(source);
  const models = await importModels(source);
  await importAgents(source, models);
  await importDevices(source);
  await importVoiceprints(source);
  for (const [table, rows] of source.tables) {
    if (READ.has(table) || rows.length === 0) continue;
    source.report.leave(`${table}, ${rows.length} rows`, REASONS[table] ?? "nothing here corresponds to it");
  }
}

/** Gives the models that can be used here, by their ids. */
async function importModels({ tables, storage, config, providers, report }: ConsoleImport) {
  const models = new Map<string, StoredModel>();
  const configs = new AgentConfigs(providers);
  for (const row of tables.get("ai_model_config") ?? []) {
    const { model, why } = readModel(row);
    const name = textOf(row["model_name"]);
    const wrong = model ? wrongIn(configs, config, model) : why;
    if (!model || wrong !== undefined) {
      report.leave(`model ${name}`, wrong ?? "it cannot be used");
      continue;
    }
    await kept(report, `model ${name}`, createModel(storage, model));
    models.set(model.id, model);
  }
  return models;
}

function readModel(row: DumpRow): { readonly model?: StoredModel; readonly why?: string } {
  const [id, theirs, name] = [textOf(row["id"]), textOf(row["model_type"]).toUpperCase(), textOf(row["model_name"])];
  const block = jsonOf(row["config_json"]);
  const tree: JsonObject = { selected_module: { [theirs]: name }, [theirs]: { [name]: isObject(block) ? block : {} } };
  const [reason] = translateModels(tree);
  const stage = theirs.toLowerCase();
  const own = tree[stage];
  const provider = isObject(own) ? own["use"] : undefined;
  if (!isObject(own) || typeof provider !== "string") return { why: reason ?? "built in here" };
  const settings = isObject(own[provider]) ? own[provider] : {};
  const [isPreferred, isEnabled] = [Number(row["is_default"]) === 1, Number(row["is_enabled"]) !== 0];
  return { model: { id, stage, name, provider, settings, isPreferred: isPreferred && isEnabled, isEnabled } };
}

/** Why a model's settings would be refused; undefined when they would not. Pictures are the whole server's. */
function wrongIn(
  configs: AgentConfigs,
  config: Config,
  { stage, provider, settings }: StoredModel,
): string | undefined {
  if (stage === "vllm") return undefined;
  try {
    configs.of(config, "import", { [stage]: { use: provider, [provider]: settings } });
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0]?.replace("config-invalid: agents.import.", "");
  }
}

async function importAgents(source: ConsoleImport, models: ReadonlyMap<string, StoredModel>): Promise<void> {
  const { tables, storage, report, config, providers } = source;
  const configs = new AgentConfigs(providers, (id) => models.get(id));
  const hasModel = (id: string) => models.has(id);
  for (const row of tables.get("ai_agent") ?? []) {
    const [id, name] = [textOf(row["id"]), nameOf(row)];
    const settings = agentSettings({ tables, configs, config, hasModel, report }, row);
    if (!(await kept(report, `agent ${name}`, createAgent(storage, { id, name, settings })))) continue;
    const tags = rowsOf(tables, "ai_agent_tag_relation", "agent_id", id).flatMap(({ tag_id }) =>
      rowsOf(tables, "ai_agent_tag", "id", textOf(tag_id)).map(({ tag_name }) => textOf(tag_name)),
    );
    if (tags.length > 0) await setTags(storage, id, tags);
  }
}

async function importDevices({ tables, storage, report }: ConsoleImport): Promise<void> {
  const agents = new Map((tables.get("ai_agent") ?? []).map((row) => [textOf(row["id"]), row]));
  for (const row of tables.get("ai_device") ?? []) {
    const id = textOf(row["mac_address"]) || textOf(row["id"]);
    const agent = agents.has(textOf(row["agent_id"])) ? textOf(row["agent_id"]) : null;
    const values = {
      alias: textOf(row["alias"]),
      board: textOf(row["board"]),
      version: textOf(row["app_version"]),
      agent,
    };
    const updates = Number(row["auto_update"] ?? 1) !== 0;
    if (!(await kept(report, `device ${id}`, createDevice(storage, id, { ...values, updates })))) continue;
    const seen = Date.parse(`${textOf(row["last_connected_at"]).replace(" ", "T")}Z`);
    if (!Number.isNaN(seen)) await noteSeen(storage, new Map([[id, seen]]));
    const memory = agent === null ? "" : textOf(agents.get(agent)?.["summary_memory"]);
    if (agent !== null && memory !== "") await setMemory(storage, id, agent, memory);
  }
}

async function importVoiceprints({ tables, storage, report }: ConsoleImport): Promise<void> {
  for (const row of tables.get("ai_agent_voice_print") ?? []) {
    const [id, name, description] = [textOf(row["id"]), textOf(row["source_name"]), textOf(row["introduce"])];
    const what = `voiceprint ${name} (the voice itself is to be learned again)`;
    await kept(report, what, createVoiceprint(storage, textOf(row["agent_id"]), { id, name, description }));
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
