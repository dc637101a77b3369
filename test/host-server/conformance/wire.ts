import assert from "node:assert/strict";
import { createEncoder } from "../../../host-server/audio/opus.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { type FakeSocket, openSocket } from "../fakes/http.ts";
import { type Script, tone } from "../fakes/stages.ts";
import { createWorld, type World } from "../fakes/world.ts";

export const DEVICE = "11:22:33:44:55:66";
/** What the traces' device says of its sound. */
export const AUDIO = { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 };
/** Stands for the session's id in what was received. */
export const S = "S";

const encoder = createEncoder({ sampleRate: 16_000 });
export const voice = encoder.encode(tone(960, 16_000));
export const silence = createEncoder({ sampleRate: 16_000 }).encode(new Int16Array(960));

/** Something on the wire, and when, in ms since the connection was opened. */
export interface OnWire {
  at: number;
  text?: string;
  packet?: Buffer;
}

/** A device on a WebSocket in memory that keeps all that it got, as it came. */
export interface WireDevice {
  world: World;
  wire: OnWire[];
  socket: FakeSocket["socket"];
  /** When the connection was closed, and with which code. */
  end: { at: number; code: number } | undefined;
  send(message: object | string | Uint8Array): void;
  hello(features?: object): Promise<void>;
  detect(text: string): void;
  listen(state: "start" | "stop", mode?: string): void;
  /** Sends sound at the rate of time. */
  talk(voiceMs: number, silenceMs: number): void;
  advance(ms: number): Promise<void>;
}

export interface WireOptions {
  script?: Script;
  env?: Record<string, string>;
  path?: string;
  headers?: Record<string, string>;
  dataDirectory?: string;
  world?: World;
}

/** Opens a connection, to a server of its own unless it is given one. */
export async function connect(options: WireOptions = {}): Promise<WireDevice> {
  const { script = {}, env = {}, path = "/xiaozhi/v1/", dataDirectory = "no-such-folder/data" } = options;
  const world = options.world ?? createWorld(script, env, dataDirectory);
  const { clock, server } = world;
  const headers = options.headers ?? { "device-id": DEVICE, "client-id": "c" };
  const openedAt = clock.now();
  const { socket, texts, packets, closed } = await openSocket(server, path, headers);
  const wire: OnWire[] = [];
  const now = () => clock.now() - openedAt;
  for (const text of texts) wire.push({ at: now(), text });
  for (const packet of packets) wire.push({ at: now(), packet });
  socket.on("message", (data, isBinary) => {
    wire.push({ at: now(), ...(isBinary ? { packet: data as Buffer } : { text: String(data) }) });
  });
  const send = (message: object | string | Uint8Array) => {
    const isReady = typeof message === "string" || message instanceof Uint8Array;
    if (socket.readyState === socket.OPEN) socket.send(isReady ? message : JSON.stringify(message));
  };
  const device: WireDevice = {
    world,
    wire,
    socket,
    end: undefined,
    send,
    hello: async (features = {}) => {
      send({ type: "hello", version: 1, features, transport: "websocket", audio_params: AUDIO });
      await clock.advance(10);
    },
    detect: (text) => send({ session_id: "", type: "listen", state: "detect", text }),
    listen: (state, mode) => send({ session_id: "", type: "listen", state, ...(mode && { mode }) }),
    talk: (voiceMs, silenceMs) => {
      const frames = [...Array(voiceMs / 60).fill(voice), ...Array(silenceMs / 60).fill(silence)];
      frames.forEach((packet, index) => {
        clock.schedule(index * 60, () => send(packet));
      });
    },
    advance: (ms) => clock.advance(ms),
  };
  closed.then((code) => {
    device.end = { at: now(), code };
  });
  return device;
}

/** The messages that were received, parsed. */
export function messagesOf({ wire }: WireDevice): JsonObject[] {
  return wire.flatMap(({ text }) => (text === undefined ? [] : [JSON.parse(text) as JsonObject]));
}

/** What was received: messages with their keys in the order in which they came, `S` for the id, `frames` for any number. */
export function traceOf(device: WireDevice): string[] {
  const id = String(messagesOf(device).find(({ session_id }) => session_id !== undefined)?.["session_id"]);
  const lines = device.wire.map(({ text }) =>
    text === undefined ? "frames" : JSON.stringify(JSON.parse(text)).replaceAll(id, S),
  );
  return lines.filter((line, at) => line !== "frames" || lines[at - 1] !== "frames");
}

/** Fails unless exactly this was received: values and the order of keys. */
export function assertTrace(device: WireDevice, expected: readonly (object | "frames")[]): void {
  assert.deepEqual(
    traceOf(device),
    expected.map((line) => (line === "frames" ? line : JSON.stringify(line))),
  );
}

/** When each frame came, ms after the first. */
export function frameTimes({ wire }: WireDevice): number[] {
  const times = wire.flatMap(({ at, packet }) => (packet ? [at] : []));
  return times.map((at) => Math.round(at - (times[0] ?? 0)));
}

/** When the last message like this one came. */
export function timeOf({ wire }: WireDevice, part: string): number {
  const found = wire.findLast(({ text }) => text?.includes(part));
  assert.ok(found, `nothing like ${part} was received`);
  return found.at;
}

export const hello = (audio: object = AUDIO) => {
  return { type: "hello", version: 1, transport: "websocket", audio_params: audio, session_id: S };
};
export const stt = (text: string) => ({ type: "stt", text, session_id: S });
export const start = { type: "tts", state: "start", session_id: S };
export const stop = { type: "tts", state: "stop", session_id: S };
export const llm = (text: string, emotion: string) => ({ type: "llm", text, emotion, session_id: S });
export const sentence = (text: string) => ({ type: "tts", state: "sentence_start", session_id: S, text });
export const happy = llm("🙂", "happy");
