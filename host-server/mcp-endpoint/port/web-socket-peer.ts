import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { Clock } from "../../../protocol/clock.ts";
import type { Peer, PeerHandlers } from "../peer.ts";
import { textFrame } from "./text-frame.ts";
import { TextFrameReader } from "./text-frame-reader.ts";

/** ms that a connection has to answer a question for a sign of life. */
const PROBE_MS = 5_000;
/** ms after which the rate is looked at anew. */
const RATE_WINDOW_MS = 100;

export interface WebSocketPeerOptions {
  readonly address: string;
  readonly clock: Clock;
  /** What the WebSocket writes to; without compression it keeps nothing back. */
  readonly stream: Duplex;
  /** Messages a second; who sends more is read more slowly. */
  readonly messagesPerSecond: number;
}

/** A WebSocket as the endpoint sees it: messages no faster than agreed, and none lost. */
export class WebSocketPeer implements Peer {
  readonly #socket: WebSocket;
  readonly #options: WebSocketPeerOptions;
  readonly #windowMessages: number;
  #windowEndsAt = 0;
  #inWindow = 0;
  #isAnswering = true;

  constructor(socket: WebSocket, options: WebSocketPeerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#windowMessages = Math.max(1, (options.messagesPerSecond * RATE_WINDOW_MS) / 1000);
    socket.on("pong", () => {
      this.#isAnswering = true;
    });
  }

  get address(): string {
    return this.#options.address;
  }

  get unreadBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Hands over what comes from now on. */
  attach(handlers: PeerHandlers): void {
    this.#socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.#accepted();
      if (isBinary) handlers.onBinary(data.byteLength);
      else handlers.onText(data.toString());
    });
    this.#socket.on("close", () => handlers.onClose());
    this.#readTexts(handlers);
  }

  /** Most frames are read before the library sees them. */
  #readTexts(handlers: PeerHandlers): void {
    const { stream } = this.#options;
    const [library, ...others] = stream.listeners("data");
    if (!library || others.length > 0) return;
    const onText = (text: string) => {
      this.#accepted();
      handlers.onText(text);
    };
    const reader = new TextFrameReader(onText, (bytes) => library.call(stream, bytes));
    stream.off("data", library as (bytes: Buffer) => void);
    stream.on("data", (bytes: Buffer) => reader.read(bytes));
    this.#socket.on("error", () => reader.stop());
  }

  send(text: string): void {
    // In one piece: the library hands the head and the text of a frame to the system apart, which costs as much again.
    if (this.#socket.readyState === WebSocket.OPEN) this.#options.stream.write(textFrame(text));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#later(() => this.#socket.terminate());
  }

  probe(): void {
    this.#ask();
    this.#later(() => {
      if (!this.#isAnswering) this.#socket.terminate();
    });
  }

  /** Called at intervals: ends the connection when the last question was not answered, and asks again. */
  beat(): void {
    if (this.#isAnswering) this.#ask();
    else this.#socket.terminate();
  }

  /** Runs soon, unless the connection ends before. */
  #later(run: () => void): void {
    this.#socket.once("close", this.#options.clock.schedule(PROBE_MS, run));
  }

  #ask(): void {
    this.#isAnswering = false;
    this.#socket.ping();
  }

  /** Who sends too much is not read until the window ends; TCP then slows the sender down. */
  #accepted(): void {
    this.#isAnswering = true;
    const now = this.#options.clock.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + RATE_WINDOW_MS;
      this.#inWindow = 0;
    }
    if (++this.#inWindow < this.#windowMessages || this.#socket.isPaused) return;
    this.#socket.pause();
    this.#options.clock.schedule(this.#windowEndsAt - now, () => this.#socket.resume());
  }
}
