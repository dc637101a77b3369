import { ProtocolError, shown } from "./errors.ts";
import { Fields } from "./fields.ts";
import { frozen } from "./frozen.ts";
import { isObject, type JsonObject } from "./json.ts";
import { type MessageTable, parseMessage, type UnknownMessage } from "./message.ts";

/** Answer to the device's hello; opens the session. */
export interface ServerHello {
  readonly type: "hello";
  readonly transport: string;
  readonly version?: number;
  readonly session_id?: string;
  readonly audio_params?: JsonObject;
  /** Only with transport `udp`: where the audio goes; `readUdpSession` checks it. */
  readonly udp?: JsonObject;
}

/** What the user was heard to say (or a line that is only shown). */
export interface Stt {
  readonly type: "stt";
  readonly text: string;
  readonly session_id?: string;
}

/** The face to show. */
export interface LlmEmotion {
  readonly type: "llm";
  readonly emotion: string;
  /** The emoji of the emotion; devices ignore it, test pages show it. */
  readonly text?: string;
  readonly session_id?: string;
}

/** Begin and end of speech, and the sentence that the next audio frames carry. */
export interface Tts {
  readonly type: "tts";
  /** Usually `start`, `sentence_start` or `stop`; a device ignores others. */
  readonly state: string;
  readonly text?: string;
  readonly session_id?: string;
}

/** A JSON-RPC message for the device's MCP server. */
export interface McpToDevice {
  readonly type: "mcp";
  readonly payload: JsonObject;
}

/** A command to the device itself; devices know `reboot`. */
export interface SystemCommand {
  readonly type: "system";
  readonly command: string;
}

export interface Alert {
  readonly type: "alert";
  readonly status: string;
  readonly message: string;
  readonly emotion: string;
}

/** The server ends the session (MQTT; ignored on WebSocket). */
export interface ServerGoodbye {
  readonly type: "goodbye";
  readonly session_id?: string;
}

/** The server wants to say something outside of a conversation; `text` is what about (MQTT). */
export interface SpeakRequest {
  readonly type: "speak_request";
  readonly text?: string;
}

/** A line to show while a sound is played. */
export interface Subtitle {
  /** ms after the sound began. */
  readonly start_ms: number;
  readonly text: string;
}

/** A sound to play to a device at rest, outside of a conversation: mono Ogg/Opus (MQTT). */
export interface Notify {
  readonly type: "notify";
  readonly audio_url: string;
  /** In the order of their time. */
  readonly subtitles?: readonly Subtitle[];
}

/** Another device has accepted this one's call, or its call was accepted: the sound is that device's from now on (MQTT). */
export interface CallAccepted {
  readonly type: "call_accepted";
  /** Address of the other device. */
  readonly from?: string;
}

/** Commands for a legacy device without MCP. */
export interface IotCommands {
  readonly type: "iot";
  readonly commands: readonly unknown[];
}

/** Result of a management call. */
export interface ServerResult {
  readonly type: "server";
  readonly status: string;
  readonly message: string;
  readonly content?: JsonObject;
}

export interface Pong {
  readonly type: "pong";
  readonly timestamp: string;
}

/** Everything a server may send. */
export type ToDevice =
  | ServerHello
  | Stt
  | LlmEmotion
  | Tts
  | McpToDevice
  | SystemCommand
  | Alert
  | ServerGoodbye
  | SpeakRequest
  | Notify
  | CallAccepted
  | IotCommands
  | ServerResult
  | Pong;

function text<M extends string>(object: JsonObject, member: M): { readonly [key in M]?: string } {
  const value = object[member];
  return typeof value === "string" ? ({ [member]: value } as { [key in M]: string }) : {};
}

function serverHello(object: JsonObject): ServerHello {
  const fields = new Fields(object, "hello");
  const audio = fields.optionalObject("audio_params");
  return {
    type: "hello",
    transport: fields.string("transport"),
    ...(typeof object["version"] === "number" && { version: object["version"] }),
    ...text(object, "session_id"),
    ...(audio && { audio_params: audio }),
    ...(isObject(object["udp"]) && { udp: object["udp"] }),
  };
}

function serverResult(object: JsonObject): ServerResult {
  const fields = new Fields(object, "server");
  const content = fields.optionalObject("content");
  return {
    type: "server",
    status: fields.string("status"),
    message: fields.string("message"),
    ...(content && { content }),
  };
}

function alert(object: JsonObject): Alert {
  const fields = new Fields(object, "alert");
  return {
    type: "alert",
    status: fields.string("status"),
    message: fields.string("message"),
    emotion: fields.string("emotion"),
  };
}

function subtitle(value: unknown, index: number): Subtitle {
  const where = `notify.subtitles[${index}]`;
  if (!isObject(value)) throw new ProtocolError("message-invalid", where, `expected an object, got ${shown(value)}`);
  const { start_ms } = value;
  if (typeof start_ms !== "number" || !(start_ms >= 0)) {
    const detail = `expected a number of at least 0, got ${shown(start_ms)}`;
    throw new ProtocolError("message-invalid", `${where}.start_ms`, detail);
  }
  return { start_ms, text: new Fields(value, where).string("text") };
}

function notify(object: JsonObject): Notify {
  const fields = new Fields(object, "notify");
  const subtitles = fields.optionalArray("subtitles")?.map(subtitle);
  return {
    type: "notify",
    audio_url: fields.string("audio_url"),
    ...(subtitles && { subtitles: subtitles.sort((a, b) => a.start_ms - b.start_ms) }),
  };
}

const TO_DEVICE: MessageTable<ToDevice> = frozen({
  hello: serverHello,
  stt: (object: JsonObject): Stt => ({
    type: "stt",
    text: new Fields(object, "stt").string("text"),
    ...text(object, "session_id"),
  }),
  llm: (object: JsonObject): LlmEmotion => ({
    type: "llm",
    emotion: new Fields(object, "llm").string("emotion"),
    ...text(object, "text"),
    ...text(object, "session_id"),
  }),
  tts: (object: JsonObject): Tts => ({
    type: "tts",
    state: new Fields(object, "tts").string("state"),
    ...text(object, "text"),
    ...text(object, "session_id"),
  }),
  mcp: (object: JsonObject): McpToDevice => ({ type: "mcp", payload: new Fields(object, "mcp").object("payload") }),
  system: (object: JsonObject): SystemCommand => ({
    type: "system",
    command: new Fields(object, "system").string("command"),
  }),
  alert,
  goodbye: (object: JsonObject): ServerGoodbye => ({ type: "goodbye", ...text(object, "session_id") }),
  speak_request: (object: JsonObject): SpeakRequest => ({ type: "speak_request", ...text(object, "text") }),
  notify,
  call_accepted: (object: JsonObject): CallAccepted => ({ type: "call_accepted", ...text(object, "from") }),
  iot: (object: JsonObject): IotCommands => ({ type: "iot", commands: new Fields(object, "iot").array("commands") }),
  server: serverResult,
  pong: (object: JsonObject): Pong => ({ type: "pong", timestamp: new Fields(object, "pong").string("timestamp") }),
});

/** A device has 4096 slots for all that it does, and a value in an object takes two to three. */
const MAX_VALUES = 400;

/**
 * What a server said.
 *
 * @throws ProtocolError `json-invalid` or `message-invalid`, naming the member and its value
 */
export function parseToDevice(json: string): ToDevice | UnknownMessage {
  return parseMessage(json, TO_DEVICE, MAX_VALUES);
}
