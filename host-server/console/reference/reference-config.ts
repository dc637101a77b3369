import { readStoredConfig } from "../../agents/stored-config.ts";
import { AgentConfigs } from "../../config/agent-config.ts";
import type { Config } from "../../config/schema.ts";
import { getAgent } from "../../storage/agents.ts";
import { getDevice } from "../../storage/devices.ts";
import { getMemory } from "../../storage/memories.ts";
import type { ConsoleParts } from "../parts.ts";
import { referenceStages, referenceVision } from "./reference-models.ts";
import { referencePlugins } from "./reference-plugins.ts";

/** Stages whose modules serve all devices. */
const SHARED_STAGES = ["VAD", "ASR"];
const NO_MEMORY = { name: "Memory_nomem", block: { type: "nomem" } };
/** By our names: who remembers in summaries has this server make them. */
const MEMORIES: Readonly<Record<string, typeof NO_MEMORY & { readonly block: object }>> = {
  summary: { name: "Memory_mem_local_short", block: { type: "mem_local_short", ...{ llm: "" } } },
  mem0: { name: "Memory_mem0ai", block: { type: "mem0ai" } },
};
const HISTORY_LEVELS: Readonly<Record<string, number>> = { none: 0, text: 1 };

/** The configuration of a device, and what its agent is. */
interface DeviceConfig {
  readonly config: Config;
  readonly agent: string | null;
  readonly memory: string;
  /** What is spoken, as the reference tells its model: without it, that answers in Chinese. */
  readonly language: { readonly language?: string };
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
    enable_websocket_ping: config.enable_websocket_ping,
    tts_audio_send_delay: config.tts_audio_send_delay,
    tool_call_timeout: config.tool_call_timeout,
    system_error_response: config.system_error_response,
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

/** What is asked of a device's agent. */
export interface AgentQuestion {
  readonly macAddress: string;
  /** Modules that the server has, by stage. */
  readonly known: Readonly<Record<string, unknown>>;
  /** How this computer is reached by whoever asks. */
  readonly host: string;
}

/** What it is told of a device: models, prompt, plugins; undefined for a device that nobody has bound. @throws StorageError */
export async function agentModels(
  parts: ConsoleParts,
  { macAddress, known, host }: AgentQuestion,
): Promise<object | undefined> {
  const found = await configOf(parts, macAddress);
  if (!found) return undefined;
  const { config, agent, memory, language } = found;
  const vision = referenceVision(config);
  const stages = Object.entries({ ...referenceStages(config), ...(vision && { VLLM: vision }) });
  // A module that the server has already is not named again: it would look for its block, or load its model for each device.
  const sent = stages.filter(([stage, { name }]) => !SHARED_STAGES.includes(stage) || known[stage] !== name);
  const plugins = referencePlugins(config, { hasCalls: parts.callDevice !== undefined });
  const remembering = MEMORIES[config.memory.use] ?? NO_MEMORY;
  const { url, speakers, similarity_threshold: threshold } = config.voiceprint;
  return {
    selected_module: {
      ...Object.fromEntries(sent.map(([stage, { name }]) => [stage, name])),
      Memory: remembering.name,
      Intent: "Intent_function_call",
    },
    ...Object.fromEntries(
      sent.map(([stage, { name, block }]) => [stage, { [name]: stage === "TTS" ? { ...block, ...language } : block }]),
    ),
    Memory: { [remembering.name]: { ...remembering.block, ...(config.memory.use === "mem0" && config.memory.mem0) } },
    Intent: { Intent_function_call: { type: "function_call", functions: Object.keys(plugins) } },
    plugins,
    prompt: config.prompt,
    summaryMemory: memory,
    mcp_endpoint: agent === null ? "" : parts.callEndpointOf(agent, host),
    ...(url !== "" && {
      voiceprint: { url, speakers, ...(threshold !== undefined && { similarity_threshold: threshold }) },
    }),
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

/** The configuration of a device's agent, or the server's own for one without; undefined for a device that nobody has bound. */
export async function configOf(parts: ConsoleParts, macAddress: string): Promise<DeviceConfig | undefined> {
  const device = await getDevice(parts.storage, macAddress);
  const isSomebodys = device !== undefined && (device.owner !== null || device.agent !== null);
  if (!isSomebodys && parts.config().console.binding) return undefined;
  const agent = device?.agent ? await getAgent(parts.storage, device.agent) : undefined;
  if (!agent) return { config: parts.config(), agent: null, memory: "", language: {} };
  const { models } = await readStoredConfig(parts.storage);
  const configs = new AgentConfigs(parts.providers, (id) => models.find((model) => model.id === id));
  const config = configs.of(parts.config(), agent.name, agent.settings);
  const { language: code } = agent.settings;
  const language = typeof code === "string" && code !== "" ? { language: nameOf(code) } : {};
  return { config, agent: agent.id, memory: await getMemory(parts.storage, macAddress, agent.id), language };
}

/** 中文, English, Deutsch: a language in its own words. */
function nameOf(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  } catch {
    // It is a name already.
    return code;
  }
}
