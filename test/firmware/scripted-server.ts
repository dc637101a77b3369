import { createServer, type IncomingMessage } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { createEncoder } from "../../host-server/audio/opus.ts";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Network } from "../../simulator/network.ts";
import { Trace } from "./trace.ts";

const HOST = "server.test";
const FRAME_MS = 60;
const SAMPLE_RATE = 24000;

/** Frames of a tone, as a server would send speech of that length. */
export function toneFrames(ms: number): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: SAMPLE_RATE });
  const samples = (SAMPLE_RATE / 1000) * FRAME_MS;
  const frames: Uint8Array[] = [];
  for (let frame = 0; frame * FRAME_MS < ms; frame++) {
    const pcm = new Int16Array(samples);
    for (let i = 0; i < samples; i++)
      pcm[i] = 9000 * Math.sin((2 * Math.PI * 440 * (frame * samples + i)) / SAMPLE_RATE);
    frames.push(encoder.encode(pcm));
  }
  encoder.close();
  return frames;
}

type Message = Record<string, unknown>;

/** Framing of audio, written from the layout on the wire and not by the code that it tests. */
const FRAMINGS = {
  1: { headerBytes: 0, head: () => Buffer.alloc(0) },
  2: {
    headerBytes: 16,
    head: (bytes: number, timestamp = 0) => {
      const head = Buffer.from([0, 2, ...Array(11).fill(0), 0, bytes >> 8, bytes & 255]);
      head.writeUInt32BE(timestamp, 8);
      return head;
    },
  },
  3: { headerBytes: 4, head: (bytes: number) => Buffer.from([0, 0, bytes >> 8, bytes & 255]) },
} as const;

/** A server that does exactly what a test tells it, and remembers what the device did. */
export class ScriptedServer {
  readonly otaUrl = `http://${HOST}:8002/xiaozhi/ota/`;
  readonly otaRequests: { headers: IncomingMessage["headers"]; body: Message }[] = [];
  /** When, and with which headers and body, the device asked whether it is activated. */
  readonly activations: { at: number; headers: IncomingMessage["headers"]; body: Message }[] = [];
  /** Status of the answer to that. */
  activationStatus = 202;
  /** Answer to version checks; status other than 200 for trouble. */
  ota: { status: number; body: string };
  /** Answer to the hello; undefined: none. */
  hello: Message | undefined = { type: "hello", transport: "websocket", session_id: "s1" };
  readonly upgrades: IncomingMessage["headers"][] = [];
  answersUpgrades = true;
  readonly messages: Message[] = [];
  /** What went both ways over the WebSocket. */
  trace = new Trace();
  /** Of the frames that `speak` sends and `frames` keeps; what the device uses is told by `ota`. */
  framing: keyof typeof FRAMINGS = 1;
  /** Audio frames without their headers, with their time and the number of messages that came before each. */
  readonly frames: { readonly packet: Uint8Array; readonly after: number; readonly timestamp: number }[] = [];
  readonly #clock: Clock;
  #sockets: WebSocket[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.ota = { status: 200, body: "" };
    this.offer({});
  }

  /** Answers version checks with these members of `websocket` beside, or instead of, the usual ones. */
  offer(members: Message): void {
    const websocket = { url: `ws://${HOST}:8000/xiaozhi/v1/`, token: "a-token", ...members };
    const server_time = { timestamp: this.#clock.now(), timezone_offset: 480 };
    this.ota = { status: 200, body: JSON.stringify({ server_time, websocket }) };
  }

  /** `otaHost` answers version checks. */
  async join(network: Network, otaHost = HOST): Promise<void> {
    const http = createServer((request, response) => {
      const parts: Uint8Array[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(parts).toString());
        if (request.url?.endsWith("/activate")) {
          this.activations.push({ at: this.#clock.now(), headers: request.headers, body });
          response.writeHead(this.activationStatus).end();
          return;
        }
        this.otaRequests.push({ headers: request.headers, body });
        response.writeHead(this.ota.status, { "content-type": "application/json" }).end(this.ota.body);
      });
    });
    const gateway = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    gateway.on("upgrade", (request, stream, head) => {
      this.upgrades.push(request.headers);
      if (this.answersUpgrades) sockets.handleUpgrade(request, stream, head, (socket) => this.#serve(socket));
    });
    await network.listen(otaHost, 8002, (stream) => http.emit("connection", stream));
    if (otaHost !== HOST) return;
    await network.listen(HOST, 8000, (stream) => gateway.emit("connection", stream));
  }

  #serve(socket: WebSocket): void {
    this.#sockets.push(socket);
    socket.on("close", () => {
      this.#sockets = this.#sockets.filter((other) => other !== socket);
    });
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) {
        this.#take(data);
        return;
      }
      this.trace.message("D", data.toString());
      const message = JSON.parse(data.toString()) as Message;
      this.messages.push(message);
      if (message["type"] === "hello" && this.hello) this.send(this.hello);
    });
  }

  #take(data: Buffer): void {
    const { headerBytes, head } = FRAMINGS[this.framing];
    const packet = data.subarray(headerBytes);
    const timestamp = this.framing === 2 ? data.readUInt32BE(8) : 0;
    if (!data.subarray(0, headerBytes).equals(head(packet.length, timestamp))) {
      throw new Error(`not framing ${this.framing}: ${data.subarray(0, 16).toString("hex")}`);
    }
    this.trace.audio("D");
    this.frames.push({ packet, after: this.messages.length, timestamp });
  }

  get openSockets(): number {
    return this.#sockets.length;
  }

  get #socket(): WebSocket {
    const socket = this.#sockets.at(-1);
    if (!socket) throw new Error("no device is connected");
    return socket;
  }

  send(message: Message): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.trace.message("S", text);
    this.#socket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    this.trace.audio("S");
    this.#socket.send(bytes);
  }

  /** One frame, with the server's time where the framing has a place for it. */
  sendFrame(packet: Uint8Array, timestamp = 0): void {
    this.sendBinary(Buffer.concat([FRAMINGS[this.framing].head(packet.length, timestamp), packet]));
  }

  close(code = 1000): void {
    this.trace.message("S", "closes");
    this.#socket.close(code);
  }

  /** Sends frames at the pace of speech: five at once, then one each 60 ms. The result stops it. */
  speak(frames: readonly Uint8Array[]): Cancel {
    const socket = this.#socket;
    const cancels = frames.map((frame, index) => {
      const message = Buffer.concat([FRAMINGS[this.framing].head(frame.length), frame]);
      return this.#clock.schedule(Math.max(0, index - 4) * FRAME_MS, () => {
        this.trace.audio("S");
        socket.send(message);
      });
    });
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  /** Types, and states where there are any, of what the device sent. */
  get log(): string[] {
    return this.messages.map(({ type, state, mode }) => [type, state, mode].filter((part) => part).join(" "));
  }
}
