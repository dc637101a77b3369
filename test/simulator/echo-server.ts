import { createServer, type IncomingMessage, type Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../protocol/clock.ts";
import type { Listening, Network } from "../../simulator/network.ts";

const FRAME_MS = 60;
/** What a utterance lasts for this server: it does not listen for its end. */
const FRAMES = 40;

/** A XiaoZhi server that answers every utterance with its own sound, for tests of devices alone. */
export class EchoServer {
  readonly clock: Clock;
  readonly otaRequests: { headers: IncomingMessage["headers"]; body: Record<string, unknown> }[] = [];
  /** Text messages from devices, in order. */
  readonly messages: Record<string, unknown>[] = [];
  frames = 0;
  #sockets = new Set<WebSocket>();
  #listening: Listening[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The URL for the device's configuration. */
  otaUrl = "";

  /** Listens on the usual ports, or on those that the network chooses when `ports` says so. */
  async join(network: Network, host = "server.test", ports = { ota: 8002, gateway: 8000 }): Promise<void> {
    const gateway = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    gateway.on("upgrade", (request, stream, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => this.#serve(socket));
    });
    const sessions = await network.listen(host, ports.gateway, (stream) => gateway.emit("connection", stream));
    const http = this.#createOta(`ws://${host}:${sessions.port}/xiaozhi/v1/`);
    const ota = await network.listen(host, ports.ota, (stream) => http.emit("connection", stream));
    this.otaUrl = `http://${host}:${ota.port}/xiaozhi/ota/`;
    this.#listening.push(sessions, ota);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await Promise.all(this.#listening.map((listening) => listening.close()));
  }

  /** Connections that are open. */
  get sockets(): number {
    return this.#sockets.size;
  }

  #createOta(url: string): Server {
    return createServer((request, response) => {
      const parts: Uint8Array[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        this.otaRequests.push({ headers: request.headers, body: JSON.parse(`${Buffer.concat(parts)}`) });
        const answer = {
          server_time: { timestamp: this.clock.now(), timezone_offset: 480 },
          firmware: { version: "0.0.1", url: "" },
          websocket: { url, token: "a-token" },
        };
        response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
      });
    });
  }

  #serve(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let heard: Buffer[] | undefined;
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) {
        this.frames++;
        heard?.push(data);
        if (heard?.length === FRAMES) {
          this.#answer(socket, heard);
          heard = undefined;
        }
        return;
      }
      const message = JSON.parse(`${data}`) as Record<string, unknown>;
      this.messages.push(message);
      if (message["type"] === "hello") this.#welcome(socket);
      if (message["type"] === "listen" && message["state"] === "start") heard = [];
    });
  }

  #welcome(socket: WebSocket): void {
    const audio_params = { format: "opus", sample_rate: 24000, channels: 1, frame_duration: FRAME_MS };
    socket.send(JSON.stringify({ type: "hello", transport: "websocket", session_id: "s1", audio_params }));
  }

  #answer(socket: WebSocket, frames: Buffer[]): void {
    const say = (message: object) => socket.send(JSON.stringify({ session_id: "s1", ...message }));
    say({ type: "tts", state: "start" });
    frames.forEach((frame, index) => {
      this.clock.schedule(index * FRAME_MS, () => socket.send(frame));
    });
    this.clock.schedule(frames.length * FRAME_MS, () => say({ type: "tts", state: "stop" }));
  }
}
