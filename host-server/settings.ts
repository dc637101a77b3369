import type { Clock } from "../protocol/clock.ts";
import type { Config } from "./config/schema.ts";
import type { WebSocketLimits } from "./gateway/websocket.ts";
import type { AccessSettings } from "./ota/access.ts";
import type { TurnLimits } from "./pipeline/turn-limits.ts";
import type { SessionSettings } from "./session/session.ts";

/** What the configuration says about sessions. */
export function sessionSettings(config: Config): SessionSettings {
  return {
    prompt: config.prompt,
    apology: config.system_error_response,
    noVoiceMs: config.close_connection_no_voice_time * 1000,
    toolTimeoutMs: config.tool_call_timeout * 1000,
    limits: turnLimits(config),
    speculates: config.turn.speculate,
    voiceInterrupts: config.turn.voice_interrupts,
    historyTokens: config.history.max_tokens,
    sumsUp: config.history.summary,
    answersPings: config.enable_websocket_ping,
  };
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
  };
}

/** Whether this server has a gateway for devices over MQTT. */
export function usesMqtt({ gateway, server }: Config): boolean {
  return gateway.enabled ?? server.mqtt_gateway !== "";
}

/** Minutes east of UTC for the clock of devices. */
export function timezoneMinutes({ server }: Config, clock: Clock): number {
  if (server.timezone_offset !== undefined) return Math.round(server.timezone_offset * 60);
  return -new Date(clock.now()).getTimezoneOffset();
}
