import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { WebSocket } from "ws";

/** ms between two attempts to reach a server. */
const RETRY_MS = 250;

interface Message {
  readonly type: string;
  readonly state?: string;
  readonly text?: string;
  readonly payload?: { readonly id?: number; readonly method?: string };
}

/** A device that asks the version check for its server, and does so again whenever its connection ends. */
export class FleetDevice {
  readonly id: string;
  readonly #doors: readonly string[];
  #socket: WebSocket | undefined;
  /** Resolves when the present connection has ended. */
  #lost: Promise<void> = Promise.resolve();
  #isClosed = false;
  #heard: (what: "frame" | "stop") => void = () => {};
  /** Where it is connected: host and port. */
  server = "";
  /** Sentences that it was told, and commands. */
  readonly told: string[] = [];
  /** When frames came, ms of `performance.now()`. */
  readonly framesAt: number[] = [];
  /** Connections that it has lost. */
  losses = 0;

  /** `doors` are the HTTP addresses of nodes, of which any will do. */
  constructor(id: string, doors: readonly string[]) {
    this.id = id;
    // As a name with several addresses: each device begins at another one.
    const first = Number.parseInt(id.slice(-2), 16) % doors.length;
    this.#doors = [...doors.slice(first), ...doors.slice(0, first)];
  }

  /** Connects by way of the version check, to whatever server that names; the first time to `url` where that is known. */
  async connect(url?: string): Promise<void> {
    if (url !== undefined) return this.#open(url);
    while (!this.#isClosed) {
      for (const door of this.#doors) {
        try {
          await this.#open(await serverOf(door, this.id));
          return;
        } catch {
          // The next door, or the next time.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Asks; resolves with the first sound of the answer. */
  async ask(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = (what) => what === "frame" && resolve();
    this.#send({ type: "listen", state: "detect", text });
    await promise;
  }

  /** Asks until there is an answer, over whatever connections that takes; resolves with its first sound. */
  async insist(text: string, patienceMs: number): Promise<void> {
    for (;;) {
      if (this.#socket?.readyState !== WebSocket.OPEN) await this.connect();
      const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), patienceMs));
      const lost = this.#lost.then(() => false);
      if (await Promise.race([this.ask(text).then(() => true), late, lost])) return;
    }
  }

  /** Asks; resolves when the answer has ended, or the connection. */
  async converse(text: string): Promise<void> {
    const ended = this.listenOut();
    this.#send({ type: "listen", state: "detect", text });
    await ended;
  }

  /** Resolves when the answer that is being given has ended, or the connection. */
  async listenOut(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = (what) => what === "stop" && resolve();
    await Promise.race([promise, this.#lost]);
  }

  /** Resolves when the present connection has ended. */
  get lost(): Promise<void> {
    return this.#lost;
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.terminate();
  }

  async #open(url: string): Promise<void> {
    const socket = new WebSocket(url, {
      headers: { "device-id": this.id, "client-id": `client of ${this.id}` },
      perMessageDeflate: false,
      handshakeTimeout: 2_000,
    });
    socket.on("error", () => {});
    await Promise.race([once(socket, "open"), once(socket, "close").then(() => Promise.reject(new Error("refused")))]);
    this.#socket = socket;
    this.server = new URL(url).host;
    this.#lost = once(socket, "close").then(() => {
      this.losses++;
    });
    const greeted = once(socket, "message");
    socket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary));
    const audio_params = { format: "opus", sample_rate: 16_000, channels: 1, frame_duration: 60 };
    this.#send({ type: "hello", version: 1, transport: "websocket", features: { mcp: true }, audio_params });
    await greeted;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      this.framesAt.push(performance.now());
      return this.#heard("frame");
    }
    const message = JSON.parse(data.toString()) as Message;
    if (message.type === "tts" && message.state === "stop") this.#heard("stop");
    if (message.type === "tts" && message.state === "sentence_start") this.told.push(message.text ?? "");
    if (message.type === "mcp" && message.payload?.id !== undefined) this.#answer(message.payload.id, message.payload);
  }

  #answer(id: number, { method }: { readonly method?: string }): void {
    const inputSchema = { type: "object", properties: {} };
    const result =
      method === "initialize"
        ? { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: { name: "lamp", version: "1" } }
        : method === "tools/list"
          ? { tools: [{ name: "self.lamp.turn_on", description: "Turns the lamp on.", inputSchema }] }
          : { content: [{ type: "text", text: `on at ${this.id}` }], isError: false };
    this.#send({ type: "mcp", payload: { jsonrpc: "2.0", id, result } });
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }
}

/** The WebSocket to which the version check at this HTTP address sends a device. */
export async function serverOf(door: string, id: string): Promise<string> {
  const headers = { "device-id": id, "client-id": `client of ${id}`, "content-type": "application/json" };
  // With `fetch` this process would take half as much again, which the servers of a computer with few cores would miss.
  const asked = request(`${door}/xiaozhi/ota/`, { method: "POST", headers, signal: AbortSignal.timeout(2_000) });
  asked.end("{}");
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const { websocket } = (await json(response)) as { websocket: { url: string } };
  return websocket.url;
}
