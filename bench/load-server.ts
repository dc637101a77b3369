import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { createEncoder } from "../host-server/audio/opus.ts";

/**
 * A server that costs little, in a process of its own: greets devices, sends each of them speech without end, and
 * times tool calls. Talks with its parent by messages.
 */
const FRAME_MS = 60;
const SAMPLE_RATE = 24000;
const FRAME_SAMPLES = (SAMPLE_RATE / 1000) * FRAME_MS;

/** What the parent may ask, and what it gets. */
export type Ask = { readonly type: "tool-calls"; readonly count: number } | { readonly type: "frames" };
export type Answer =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "tool-calls"; readonly ms: readonly number[] }
  | { readonly type: "frames"; readonly received: number };

function tone(): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: SAMPLE_RATE });
  const frames = Array.from({ length: 50 }, (_, frame) => {
    const sample = (i: number) => 8000 * Math.sin((2 * Math.PI * 220 * (frame * FRAME_SAMPLES + i)) / SAMPLE_RATE);
    return encoder.encode(Int16Array.from({ length: FRAME_SAMPLES }, (_, i) => sample(i)));
  });
  encoder.close();
  return frames;
}

const frames = tone();
const speaking = new Set<WebSocket>();
const waiting = new Map<number, () => void>();
let received = 0;
let lastId = 0;
let socket: WebSocket | undefined;

function tell(answer: Answer): void {
  process.send?.(answer);
}

function serve(device: WebSocket): void {
  socket = device;
  const say = (message: object) => device.send(JSON.stringify({ session_id: "s", ...message }));
  device.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      received++;
      return;
    }
    const message = JSON.parse(data.toString());
    if (message.type === "hello") say({ type: "hello", transport: "websocket" });
    if (message.type === "listen" && message.state === "start") {
      say({ type: "tts", state: "start" });
      speaking.add(device);
    }
    if (message.type === "mcp") waiting.get(message.payload.id)?.();
  });
  device.on("close", () => speaking.delete(device));
  device.on("error", () => speaking.delete(device));
}

async function timeToolCalls(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const id = ++lastId;
    const from = performance.now();
    const params = { name: "self.audio_speaker.set_volume", arguments: { volume: n % 100 } };
    const payload = { jsonrpc: "2.0", id, method: "tools/call", params };
    await new Promise<void>((resolve) => {
      waiting.set(id, resolve);
      socket?.send(JSON.stringify({ type: "mcp", payload }));
    });
    waiting.delete(id);
    times.push(performance.now() - from);
  }
  return times;
}

let tick = 0;
const startedAt = performance.now();
function sendFrames(): void {
  const frame = frames[tick % frames.length] as Uint8Array;
  for (const device of speaking) device.send(frame);
  tick++;
  setTimeout(sendFrames, Math.max(0, startedAt + tick * FRAME_MS - performance.now()));
}
sendFrames();

process.on("message", async (ask: Ask) => {
  if (ask.type === "frames") tell({ type: "frames", received });
  else tell({ type: "tool-calls", ms: await timeToolCalls(ask.count) });
});
process.on("disconnect", () => process.exit(0));

const http = createServer((request, response) => {
  request.resume();
  const { port } = http.address() as AddressInfo;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ websocket: { url: `ws://127.0.0.1:${port}/xiaozhi/v1/`, token: "" } }));
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on("connection", serve);
http.listen(0, "127.0.0.1", () => tell({ type: "listening", port: (http.address() as AddressInfo).port }));
