import { type Clock, calendarTime } from "../protocol/clock.ts";
import { providersInUse } from "./config/models-in-use.ts";
import type { Config } from "./config/schema.ts";
import type { WebSocketLimits } from "./gateway/websocket.ts";
import type { Ages } from "./history/retention.ts";
import type { Log } from "./log.ts";
import type { AccessSettings } from "./ota/access.ts";
import { closingTone } from "./pipeline/sound/closing-tone.ts";
import type { TurnLimits } from "./pipeline/turn-limits.ts";
import { ReplacementWords } from "./pipeline/words/replacement-words.ts";
import { readTemplate } from "./prompt/read-template.ts";
import { knowsVoices } from "./providers/voiceprint/create.ts";
import { knownSpeakers } from "./providers/voiceprint/settings.ts";
import { Phrases } from "./session/phrases.ts";
import type { SessionSettings } from "./session/session-options.ts";

/** What the configuration says about sessions. */
export function sessionSettings(config: Config, log: Log): SessionSettings {
  return {
    prompt: config.prompt,
    speakersNote: speakersNote(config),
    promptTemplate: readTemplate(config.prompt_template, log),
    contextSources: config.context_providers.filter(({ url }) => url !== ""),
    replacementWords: new ReplacementWords(config.replacement_words),
    apology: config.system_error_response,
    noVoiceMs: config.close_connection_no_voice_time * 1000,
    turnsPerDevice: config.limits.turns_per_device,
    toolTimeoutMs: config.tool_call_timeout * 1000,
    limits: turnLimits(config),
    speculates: config.turn.speculate,
    voiceInterrupts: config.turn.voice_interrupts,
    historyTokens: config.history.max_tokens,
    sumsUp: config.history.summary,
    answersPings: config.enable_websocket_ping,
    wakeWords: new Phrases(config.wakeup_words),
    greets: config.enable_greeting,
    greetings: config.enable_wakeup_words_response_cache ? config.wakeup_replies : [],
    endPrompt: config.end_prompt.enable ? config.end_prompt.prompt : undefined,
    exitCommands: new Phrases(config.exit_commands),
    closingTone: config.enable_stop_tts_notify ? toneOf(config, log) : [],
    dailyCharacters: config.device_max_output_size,
    dailyRefusal: config.device_max_output_response,
  };
}

/** What the model is told of people whose voices are known; empty where nobody's is. */
function speakersNote({ voiceprint }: Config): string {
  if (!knowsVoices(voiceprint)) return "";
  const people = knownSpeakers(voiceprint).map(({ name, description }) => `\n- ${name}: ${description}`);
  const form = '{"speaker":"name","content":"what is said"}';
  const how = `When somebody begins to speak, the message is ${form}: answer what is said, never in JSON.`;
  return `\n\n<speakers_info>\n${how} These may speak:${people.join("")}\n</speakers_info>`;
}

/** A file that is no WAV must not keep the server from starting: the reference's own default is an MP3. */
function toneOf({ stop_tts_notify_voice: file }: Config, log: Log): readonly Int16Array[] {
  try {
    return closingTone(file);
  } catch (error) {
    log.warn({ file, error }, "stop_tts_notify_voice cannot be used: two short notes take its place");
    return closingTone("");
  }
}

function turnLimits({ turn }: Config): TurnLimits {
  return {
    vadMs: turn.vad_timeout * 1000,
    asrMs: turn.asr_timeout * 1000,
    firstTokenMs: turn.llm_first_token_timeout * 1000,
    nextTokenMs: turn.llm_timeout * 1000,
    ttsMs: turn.tts_timeout * 1000,
  };
}

/** How much the WebSocket port takes. */
export function webSocketLimits({ limits }: Config): WebSocketLimits {
  return {
    messageBytes: limits.message_bytes,
    messagesPerSecond: limits.messages_per_second,
    packetsPerSecond: limits.packets_per_second,
    unreadBytes: limits.unread_bytes,
    connectionsPerAddress: limits.connections_per_address,
  };
}

/** Who may connect. */
export function accessSettings({ server }: Config): AccessSettings {
  return {
    isEnabled: server.auth.enabled,
    allowedDevices: server.auth.allowed_devices,
    expireSeconds: server.auth.expire_seconds,
    previousSecret: server.auth.previous_key,
  };
}

/** What keys are made of that all nodes have to have; empty for a server that is alone, which makes its own. */
export function sharedSecret({ nats, server }: Config): string {
  return nats.url === "" ? "" : server.auth_key;
}

/** How long history is kept. */
export function historyAges({ chat_history_days, chat_audio_days, console }: Config): Ages {
  return { historyDays: chat_history_days, audioDays: chat_audio_days, auditDays: console.audit_days };
}

/** Whether this server has a gateway for devices over MQTT. */
export function usesMqtt({ gateway, server, roles }: Config): boolean {
  return roles.includes("gateway") && (gateway.enabled ?? server.mqtt_gateway !== "");
}

/** Minutes east of UTC for the clock of devices. */
export function timezoneMinutes({ server }: Config, clock: Clock): number {
  if (server.timezone_offset !== undefined) return Math.round(server.timezone_offset * 60);
  return -new Date(calendarTime(clock)).getTimezoneOffset();
}

/** Stands for the voice that a configuration names, with all its settings. */
export function voiceOf({ tts }: Config): string {
  return JSON.stringify([tts.use, ...providersInUse(tts).map((name) => tts[name] ?? {})]);
}
