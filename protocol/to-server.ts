import { Fields } from "./fields.ts";
import { frozen } from "./frozen.ts";
import type { JsonObject } from "./json.ts";
import { type MessageTable, parseMessage, type UnknownMessage } from "./message.ts";

/** Who decides that an utterance is over: the server (`auto`), the finger (`manual`), or nobody: full duplex (`realtime`). */
export type ListenMode = "auto" | "manual" | "realtime";

/** First text frame of a device. */
export interface DeviceHello {
  readonly type: "hello";
  /** Binary framing in use: 1, 2 or 3. */
  readonly version?: number;
  readonly transport?: string;
  readonly features?: JsonObject;
  /** As the device wrote it: a server echoes it unchanged. */
  readonly audio_params?: JsonObject;
}

export interface ListenStart {
  readonly type: "listen";
  readonly state: "start";
  readonly mode: ListenMode;
  readonly session_id?: string;
}

export interface ListenStop {
  readonly type: "listen";
  readonly state: "stop";
  readonly session_id?: string;
}

/** A wake word was heard, or a text stands for what the user said. */
export interface ListenDetect {
  readonly type: "listen";
  readonly state: "detect";
  readonly text: string;
  readonly session_id?: string;
}

export type Listen = ListenStart | ListenStop | ListenDetect;

/** The user does not want to hear the rest. */
export interface Abort {
  readonly type: "abort";
  readonly reason?: string;
  readonly session_id?: string;
}

/** A JSON-RPC message of the device's MCP server. */
export interface McpToServer {
  readonly type: "mcp";
  readonly payload: JsonObject;
  readonly session_id?: string;
}

/** The device leaves the session (MQTT only). */
export interface DeviceGoodbye {
  readonly type: "goodbye";
  readonly session_id?: string;
}

/** Legacy description of a device without MCP. */
export interface Iot {
  readonly type: "iot";
  readonly descriptors?: readonly unknown[];
  readonly states?: readonly unknown[];
}

/** A management call of the console to the server. */
export interface ServerCommand {
  readonly type: "server";
  readonly action: string;
  readonly content?: JsonObject;
}

export interface Ping {
  readonly type: "ping";
}

/** Everything a device (or a console) may send. */
export type ToServer = DeviceHello | Listen | Abort | McpToServer | DeviceGoodbye | Iot | ServerCommand | Ping;

const LISTEN_MODES = frozen(["auto", "manual", "realtime"]);

function session(object: JsonObject): { session_id?: string } {
  return typeof object["session_id"] === "string" ? { session_id: object["session_id"] } : {};
}

function deviceHello(object: JsonObject): DeviceHello {
  const fields = new Fields(object, "hello");
  const { version, transport } = object;
  const features = fields.optionalObject("features");
  const audio = fields.optionalObject("audio_params");
  return {
    type: "hello",
    ...(typeof version === "number" && { version }),
    ...(typeof transport === "string" && { transport }),
    ...(features && { features }),
    ...(audio && { audio_params: audio }),
  };
}

function listen(object: JsonObject): Listen {
  const fields = new Fields(object, "listen");
  const state = fields.oneOf("state", ["start", "stop", "detect"]);
  if (state === "stop") return { type: "listen", state, ...session(object) };
  if (state === "detect") return { type: "listen", state, text: fields.string("text"), ...session(object) };
  // A device that leaves the mode out means the one every device starts with.
  const mode = object["mode"] === undefined ? "auto" : fields.oneOf("mode", LISTEN_MODES);
  return { type: "listen", state, mode, ...session(object) };
}

function abort(object: JsonObject): Abort {
  const reason = new Fields(object, "abort").optionalString("reason");
  return { type: "abort", ...(reason !== undefined && { reason }), ...session(object) };
}

function iot(object: JsonObject): Iot {
  const fields = new Fields(object, "iot");
  const descriptors = fields.optionalArray("descriptors");
  const states = fields.optionalArray("states");
  return { type: "iot", ...(descriptors && { descriptors }), ...(states && { states }) };
}

function serverCommand(object: JsonObject): ServerCommand {
  const fields = new Fields(object, "server");
  const content = fields.optionalObject("content");
  return { type: "server", action: fields.string("action"), ...(content && { content }) };
}

const TO_SERVER: MessageTable<ToServer> = frozen({
  hello: deviceHello,
  listen,
  abort,
  mcp: (object: JsonObject): McpToServer => ({
    type: "mcp",
    payload: new Fields(object, "mcp").object("payload"),
    ...session(object),
  }),
  goodbye: (object: JsonObject): DeviceGoodbye => ({ type: "goodbye", ...session(object) }),
  iot,
  server: serverCommand,
  ping: (): Ping => ({ type: "ping" }),
});

/**
 * What a device said.
 *
 * @throws ProtocolError `json-invalid` or `message-invalid`, naming the member and its value
 */
export function parseToServer(text: string): ToServer | UnknownMessage {
  return parseMessage(text, TO_SERVER);
}
