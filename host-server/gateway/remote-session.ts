import type { Duplex } from "node:stream";
import { type RawData, WebSocket } from "ws";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { shown } from "../../protocol/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../protocol/json.ts";
import { parseToServer } from "../../protocol/to-server.ts";
import { AppError } from "../errors.ts";
import { contained } from "../faults/contained.ts";
import type { Log } from "../log.ts";
import type { DeviceLink, LinkEvents } from "../session/link.ts";
import { frameFromGateway, hasServerFrames, readServerFrame } from "./server-frame.ts";
import type { ServerChoice, ServerList } from "./server-list.ts";
import { askToSay } from "./upstream-say.ts";

/** ms that one server has to answer the hello; a device gives up after 10 s. */
const HELLO_MS = 4_000;
/** ms in which some server must have answered. */
const ALL_HELLOS_MS = 9_000;
/** Version of the hello between gateway and server. */
const HELLO_VERSION = 2;
/** Bytes that may wait for a server that does not read before it is given up. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface RemoteSessionOptions {
  readonly servers: ServerList;
  readonly clock: Clock;
  readonly log: Log;
  /** The token for a device, without `Bearer`. */
  readonly tokenFor: (device: DeviceLink["device"]) => string;
  /** Opens the connection instead of the network: for tests. */
  readonly dial?: ((host: string, port: number) => Duplex) | undefined;
}

/** A device's session on another server: what it says goes there over a WebSocket, and what the server says comes back. */
export class RemoteSession implements LinkEvents {
  readonly #link: DeviceLink;
  readonly #options: RemoteSessionOptions;
  readonly #tried = new Set<string>();
  readonly #startedAt: number;
  readonly #log: Log;
  #hello: JsonObject | undefined;
  #socket: WebSocket | undefined;
  #server: ServerChoice | undefined;
  readonly #ended = new AbortController();
  #hasFrames = false;
  #cancelWait: Cancel = () => {};
  #sessionId = "";
  #isOpen = true;

  constructor(link: DeviceLink, options: RemoteSessionOptions) {
    this.#link = link;
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#log = options.log.child({ device: link.device.deviceId });
    link.attach(this);
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  onText(text: string): void {
    if (this.#hello) return this.#send(text);
    // The first message of a session is its hello: whoever opened the link has read it.
    const message = parseToServer(text);
    if (message.type !== "hello") return;
    const { audio_params, features } = message;
    const known = { ...(audio_params !== undefined && { audio_params }), ...(features !== undefined && { features }) };
    this.#hello = { type: "hello", version: HELLO_VERSION, transport: "websocket", ...known };
    this.#dial();
  }

  onAudio(packet: Uint8Array, timestamp: number): void {
    if (this.#sessionId === "") return;
    this.#send(this.#hasFrames ? frameFromGateway({ audio: packet, timestamp }) : packet);
  }

  /**
   * Has the server say a text, where it is one of this project and its key is known.
   *
   * @throws AppError `cannot-speak`
   */
  async say(text: string): Promise<void> {
    const server = this.#server;
    if (!server) throw new AppError("cannot-speak", "cannot-speak: there is no server yet");
    const { deviceId } = this.#link.device;
    await askToSay(server, { deviceId, text }, { signal: this.#ended.signal, dial: this.#options.dial });
  }

  onClose(): void {
    this.#isOpen = false;
    this.#ended.abort();
    this.#cancelWait();
    this.#socket?.close();
  }

  #dial(): void {
    const { servers, clock } = this.#options;
    const leftMs = ALL_HELLOS_MS - (clock.now() - this.#startedAt);
    const server = leftMs > 0 ? servers.pick(this.#tried) : undefined;
    if (!server) {
      this.#log.warn({ tried: [...this.#tried] }, "no server answers");
      return this.#end();
    }
    const { url } = server;
    this.#server = server;
    this.#tried.add(url);
    this.#hasFrames = hasServerFrames(url);
    const socket = this.#open(url);
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket && this.#isOpen;
    this.#cancelWait = clock.schedule(Math.min(HELLO_MS, leftMs), () => socket.terminate());
    const handling = { log: this.#log, at: "gateway", url };
    socket.on("open", () => {
      if (isCurrent()) socket.send(JSON.stringify(this.#hello));
    });
    socket.on("error", (error) => this.#log.debug({ url, error }, "server not reached"));
    const receive = (data: RawData, isBinary: boolean) => {
      if (isCurrent()) this.#receive(data as Buffer, isBinary, url);
    };
    const lose = () => {
      if (isCurrent()) this.#lose(url);
    };
    socket.on("message", contained(handling, receive));
    socket.on("close", contained(handling, lose));
  }

  #open(url: string): WebSocket {
    const { tokenFor, dial } = this.#options;
    const { device } = this.#link;
    const { hostname, port, protocol } = new URL(url);
    const createConnection = dial && (() => dial(hostname, Number(port || (protocol === "wss:" ? 443 : 80))) as never);
    return new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      headers: {
        "device-id": device.deviceId,
        "client-id": device.clientId,
        "protocol-version": this.#hasFrames ? "2" : "1",
        authorization: `Bearer ${tokenFor(device)}`,
        "x-forwarded-for": device.ip,
      },
      ...(createConnection && { createConnection }),
    });
  }

  /** The server has closed: before its hello another one is tried, afterwards the session is over. */
  #lose(url: string): void {
    this.#cancelWait();
    if (this.#sessionId !== "") return this.#end();
    this.#options.servers.markFailed(url);
    this.#dial();
  }

  #receive(data: RawData & Buffer, isBinary: boolean, url: string): void {
    if (isBinary) return this.#receiveAudio(data);
    const text = data.toString("utf8");
    const message = objectIn(text);
    if (!message) {
      this.#log.warn({ url, text: shown(text) }, "message of the server refused: it is no JSON object");
      return;
    }
    if (message["type"] === "hello") this.#welcome(message, url);
    else if (this.#sessionId !== "") this.#link.sendText(text);
  }

  #receiveAudio(data: Buffer): void {
    const frame = this.#hasFrames ? readServerFrame(data) : { audio: data, timestamp: undefined };
    if (frame) this.#link.sendAudio(frame.audio, frame.timestamp);
  }

  #welcome({ session_id, audio_params }: JsonObject, url: string): void {
    if (this.#sessionId !== "") return;
    if (typeof session_id !== "string" || session_id === "") {
      this.#log.warn({ url, session_id: shown(session_id) }, "hello of the server refused: it names no session");
      return;
    }
    this.#cancelWait();
    this.#options.servers.markGood(url);
    this.#sessionId = session_id;
    this.#log.info({ url, session: session_id.slice(0, 8) }, "session opened");
    const { greeting, transport } = this.#link;
    const sound = isObject(audio_params) ? { audio_params } : {};
    this.#link.sendText(JSON.stringify({ type: "hello", transport, session_id, ...greeting, ...sound }));
  }

  #send(data: string | Uint8Array): void {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
    else socket.send(data);
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#ended.abort();
    this.#link.close();
  }
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    // the caller names it
    return undefined;
  }
}
