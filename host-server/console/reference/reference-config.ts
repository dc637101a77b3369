import { readStoredConfig } from "../../agents/stored-config.ts";
import { AgentConfigs } from "../../config/agent-config.ts";
import type { Config } from "../../config/schema.ts";
import { getAgent } from "../../storage/agents.ts";
import { getDevice } from "../../storage/devices.ts";
import { getMemory } from "../../storage/memories.ts";
import type { ConsoleParts } from "../parts.ts";
import { referenceStages } from "./reference-models.ts";

const HISTORY_LEVELS: Readonly<Record<string, number>> = { none: 0, text: 1 };

/** The configuration of a device, and what its agent is. */
interface DeviceConfig {
  readonly config: Config;
  readonly agent: string | null;
  readonly memory: string;
}

/** What the reference's server is told when it starts: the settings of the whole server, and its own recogniser and detector. */
export function serverBase(config: Config): object {
  const { VAD, ASR } = referenceStages(config);
  return {
    server: {
      websocket: config.server.websocket,
      timezone_offset: config.server.timezone_offset ?? 8,
      auth: { enabled: config.server.auth.enabled },
      secret: config.server.secret,
      mqtt_gateway: config.server.mqtt_gateway,
      mqtt_signature_key: config.server.mqtt_signature_key,
      udp_gateway: config.server.udp_gateway,
    },
    log: { log_level: config.log.level.toUpperCase() },
    close_connection_no_voice_time: config.close_connection_no_voice_time,
    enable_greeting: config.enable_greeting,
    enable_wakeup_words_response_cache: config.enable_wakeup_words_response_cache,
    enable_stop_tts_notify: config.enable_stop_tts_notify,
    exit_commands: config.exit_commands,
    wakeup_words: config.wakeup_words,
    tool_call_timeout: config.tool_call_timeout,
    end_prompt: config.end_prompt,
    xiaozhi: {
      type: "hello",
      version: 1,
      transport: "websocket",
      audio_params: { format: "opus", sample_rate: 24_000, channels: 1, frame_duration: 60 },
    },
    selected_module: { VAD: VAD.name, ASR: ASR.name },
    VAD: { [VAD.name]: VAD.block },
    ASR: { [ASR.name]: ASR.block },
  };
}

/** What it is told of a device: models, prompt, plugins; undefined for a device that nobody has bound. @throws StorageError */
export async function agentModels(
  parts: ConsoleParts,
  macAddress: string,
  known: Readonly<Record<string, unknown>>,
): Promise<object | undefined> {
  const found = await configOf(parts, macAddress);
  if (!found) return undefined;
  const { config, memory } = found;
  const stages = referenceStages(config);
  // A module that the server has already is not sent again: it would load its model for each device.
  const { VAD: _, ...rest } = stages;
  const sent = Object.entries(rest).filter(([stage, { name }]) => stage !== "ASR" || known[stage] !== name);
  const plugins = Object.entries(config.plugins).filter(([, settings]) => settings !== false);
  return {
    selected_module: {
      ...Object.fromEntries(Object.entries(stages).map(([stage, { name }]) => [stage, name])),
      Memory: "Memory_nomem",
      Intent: "Intent_function_call",
    },
    ...Object.fromEntries(sent.map(([stage, { name, block }]) => [stage, { [name]: block }])),
    Memory: { Memory_nomem: { type: "nomem" } },
    Intent: { Intent_function_call: { type: "function_call", functions: plugins.map(([name]) => name) } },
    plugins: Object.fromEntries(
      plugins.map(([name, settings]) => [name, JSON.stringify(settings === true ? {} : settings)]),
    ),
    prompt: config.prompt,
    summaryMemory: memory,
    context_providers: config.context_providers,
    chat_history_conf: HISTORY_LEVELS[config.chat_history] ?? 2,
    device_max_output_size: String(config.device_max_output_size),
  };
}

/** Words that are spoken otherwise than they are written, as `written|spoken`. @throws StorageError */
export async function correctWords(parts: ConsoleParts, macAddress: string): Promise<readonly string[]> {
  const found = await configOf(parts, macAddress);
  return found?.config.replacement_words.map(String) ?? [];
}

async function configOf(parts: ConsoleParts, macAddress: string): Promise<DeviceConfig | undefined> {
  const device = await getDevice(parts.storage, macAddress);
  const isSomebodys = device !== undefined && (device.owner !== null || device.agent !== null);
  if (!isSomebodys && parts.config().console.binding) return undefined;
  const agent = device?.agent ? await getAgent(parts.storage, device.agent) : undefined;
  if (!agent) return { config: parts.config(), agent: null, memory: "" };
  const { models } = await readStoredConfig(parts.storage);
  const configs = new AgentConfigs(parts.providers, (id) => models.find((model) => model.id === id));
  const config = configs.of(parts.config(), agent.name, agent.settings);
  return { config, agent: agent.id, memory: await getMemory(parts.storage, macAddress, agent.id) };
}
