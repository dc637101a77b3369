import { audioFrameTime, decodeAudioFrame, FRAMING_VERSIONS } from "../../protocol/audio-frame.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { fromHex } from "../../protocol/hex.ts";
import { isObject, parseJson } from "../../protocol/json.ts";
import { parseJsonRpc } from "../../protocol/json-rpc.ts";
import { parseToolPage, readCallResult } from "../../protocol/mcp.ts";
import { OggOpusReader } from "../../protocol/ogg/ogg-opus.ts";
import { opusPacketMs } from "../../protocol/ogg/opus-packet.ts";
import { isNewerVersion, parseOtaAnswer, readOtaRequest } from "../../protocol/ota.ts";
import { parseToDevice } from "../../protocol/to-device.ts";
import { parseToServer } from "../../protocol/to-server.ts";
import { checkArguments, ToolArgumentError } from "../../protocol/tool-schema.ts";
import { readUdpPacket } from "../../protocol/udp-packet.ts";
import { readUdpSession } from "../../protocol/udp-session.ts";
import { utf8Bytes } from "../../protocol/utf8.ts";

type Reader = (text: string, bytes: Uint8Array) => unknown;

const PARAMS = {
  level: { type: "integer", minimum: 0, maximum: 100 },
  name: { type: "string", default: "nobody", enum: ["nobody", "somebody"] },
  days: { type: "array", items: { type: "number" }, maxItems: 3, default: [] },
  at: { type: "object", properties: { hour: { type: "integer", default: 1 } }, default: {} },
} as const;

function objectIn(text: string): { readonly [name: string]: unknown } {
  const value = parseJson(text);
  return isObject(value) ? value : {};
}

function udpSessionIn(text: string): unknown {
  const message = parseToDevice(text);
  return message.type === "hello" ? readUdpSession(message) : message;
}

function packetsOf(bytes: Uint8Array): number[] {
  const reader = new OggOpusReader(2);
  const lengths: number[] = [];
  for (let at = 0; at < bytes.length; at += 97) {
    reader.push(bytes.subarray(at, at + 97));
    for (let packet = reader.next(); packet; packet = reader.next()) lengths.push(packet.length);
  }
  reader.end();
  return lengths;
}

/** Everything that reads the wire; which one is the first character of an input. */
const READERS: { readonly [kind: string]: Reader } = {
  s: (text) => parseToServer(text),
  d: (text) => parseToDevice(text),
  o: (text) => parseOtaAnswer(text),
  r: (text) => readOtaRequest(text),
  j: (text) => parseJsonRpc(parseJson(text)),
  t: (text) => parseToolPage(parseJson(text)),
  c: (text) => readCallResult(parseJson(text)),
  a: (text) => checkArguments(PARAMS, objectIn(text)),
  h: (text) => udpSessionIn(text),
  v: (text) => [isNewerVersion(text, "1.2.3"), isNewerVersion("1.2.3", text), fromHex(text, 16), utf8Bytes(text)],
  f: (_text, bytes) => FRAMING_VERSIONS.map((version) => framed(bytes, version)),
  u: (_text, bytes) => readUdpPacket(bytes),
  g: (_text, bytes) => packetsOf(bytes),
  p: (_text, bytes) => opusPacketMs(bytes),
};

/** Kinds that read bytes. */
export const BINARY = "fugp";

function framed(bytes: Uint8Array, version: 1 | 2 | 3): unknown {
  return outcomeOf(() => [decodeAudioFrame(bytes, version), audioFrameTime(bytes, version)]);
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

function outcomeOf(read: () => unknown): string {
  try {
    return JSON.stringify(read(), plain) ?? "undefined";
  } catch (error) {
    if (error instanceof ProtocolError) return `!${error.code} ${error.field}`;
    if (error instanceof ToolArgumentError) return `!${error.name}`;
    // What names a find is the same on both engines, though their own messages are not.
    return `?${String(error)}`;
  }
}

/**
 * What the reader of this kind makes of bytes, and of the text that they are, if they are one. `?…` is an error that none
 * may throw.
 */
export function outcome(kind: string, text: string | undefined, bytes: Uint8Array): string {
  const reader = READERS[kind] ?? (() => undefined);
  if (text === undefined && !BINARY.includes(kind)) return "!no text";
  return outcomeOf(() => reader(text ?? "", bytes));
}
