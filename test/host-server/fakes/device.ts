import { createEncoder } from "../../../host-server/audio/opus.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../../../host-server/session/link.ts";
import type { Clock } from "../../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import { tone } from "./stages.ts";

/** Answers one MCP request of the server with a result, or undefined to stay silent. */
export type McpAnswer = (method: string, params: JsonObject | undefined, id: number) => unknown;

/** Something that the device got. */
export interface Received {
  at: number;
  message?: JsonObject;
  /** A text that is no message. */
  text?: string;
  packet?: Uint8Array;
}

const encoder = createEncoder({ sampleRate: 16_000 });
const voice = encoder.encode(tone(960, 16_000));
/** 60 ms of silence as an Opus packet. */
export const silence = createEncoder({ sampleRate: 16_000 }).encode(new Int16Array(960));

/** A scripted device at the other end of an in-memory link. */
export class FakeDevice implements DeviceLink {
  readonly transport = "websocket";
  readonly device: DeviceIdentity;
  readonly received: Received[] = [];
  closedAt: number | undefined;
  mcp: McpAnswer | undefined;
  readonly #clock: Clock;
  #events: LinkEvents | undefined;

  constructor(clock: Clock, deviceId = "11:22:33:44:55:66", ip = "10.0.0.2") {
    this.#clock = clock;
    this.device = { deviceId, clientId: "c", ip };
  }

  attach(events: LinkEvents): void {
    this.#events = events;
  }

  sendText(text: string): void {
    if (this.closedAt !== undefined) return;
    const message = messageIn(text);
    if (!message) {
      this.received.push({ at: this.#clock.now(), text });
      return;
    }
    this.received.push({ at: this.#clock.now(), message });
    const { payload } = message;
    if (message["type"] === "mcp" && isObject(payload) && this.mcp && payload["method"] !== undefined) {
      const result = this.mcp(String(payload["method"]), payload["params"] as JsonObject, Number(payload["id"]));
      if (result !== undefined) this.send({ type: "mcp", payload: { jsonrpc: "2.0", id: payload["id"], result } });
    }
  }

  sendAudio(packet: Uint8Array): void {
    if (this.closedAt === undefined) this.received.push({ at: this.#clock.now(), packet });
  }

  close(): void {
    this.closedAt ??= this.#clock.now();
    this.#events?.onClose();
  }

  /** Sends one message, or any text. */
  send(message: object | string): void {
    this.#events?.onText(typeof message === "string" ? message : JSON.stringify(message));
  }

  sendPacket(packet: Uint8Array): void {
    this.#events?.onAudio(packet, 0);
  }

  /** Has the server say something. */
  async announce(text: string): Promise<void> {
    await this.#events?.say?.(text);
  }

  hello(features: object = {}): void {
    this.send({
      type: "hello",
      version: 1,
      features,
      transport: "websocket",
      audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
    });
  }

  listen(state: "start" | "stop", mode?: string): void {
    this.send({ session_id: "", type: "listen", state, ...(mode && { mode }) });
  }

  detect(text: string): void {
    this.send({ session_id: "", type: "listen", state: "detect", text });
  }

  /** Sends sound at the rate of time: so many ms of voice, then so many of silence. */
  talk(voiceMs: number, silenceMs: number): void {
    const frames = [...Array(Math.round(voiceMs / 60)).fill(voice), ...Array(Math.round(silenceMs / 60)).fill(silence)];
    frames.forEach((packet, index) => {
      this.#clock.schedule(index * 60, () => this.sendPacket(packet));
    });
  }

  get messages(): JsonObject[] {
    return this.received.flatMap(({ message }) => (message ? [message] : []));
  }

  /** What was received, in short: `stt hello`, `tts start`, `sentence Hi`, `frames`, `llm happy`, `mcp tools/list`. */
  get trace(): string[] {
    const lines = this.received.map(({ message, text }) => (message ? line(message) : (text ?? "frames")));
    return lines.filter((text, at) => text !== "frames" || lines[at - 1] !== "frames");
  }

  /** When each frame came, ms after the first. */
  get frameTimes(): number[] {
    const times = this.received.flatMap(({ at, packet }) => (packet ? [at] : []));
    return times.map((at) => Math.round(at - (times[0] as number)));
  }
}

function messageIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function line(message: JsonObject): string {
  const { type, state, text, emotion, payload } = message;
  if (type === "tts") return state === "sentence_start" ? `sentence ${text}` : `tts ${state}`;
  if (type === "stt") return `stt ${text}`;
  if (type === "llm") return `llm ${emotion}`;
  if (type === "mcp") return `mcp ${(payload as JsonObject)["id"]} ${(payload as JsonObject)["method"]}`;
  return String(type);
}
