import WebSocketClient from "embedded:network/websocket/client";
import type { Clock } from "../../protocol/clock.ts";
import { contained } from "../system/contained.ts";
import { HostResolver } from "./host-resolver.ts";
import { decodeText, MessagePieces } from "./message-pieces.ts";
import { SendQueue } from "./send-queue.ts";
import { upgradingSocket } from "./socket/client-socket.ts";
import type { Url } from "./url.ts";

export interface WebSocketOptions {
  readonly url: Url;
  /** Of the own authority, for `wss`. */
  readonly authority?: ArrayBuffer | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly clock: Clock;
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  readonly onBinary: (bytes: Uint8Array) => void;
  /** Once, when the connection ended in any way but `close()`. */
  readonly onClose: (reason: string) => void;
}

/**
 * A WebSocket client (RFC 6455) over the SDK's: queues what does not fit the socket yet, gathers messages from their
 * pieces, and never lets an error or a close happen inside the socket's own callback.
 */
export class WebSocketConnection {
  readonly #options: WebSocketOptions;
  readonly #client: WebSocketClient;
  readonly #queue = new SendQueue();
  readonly #pieces = new MessagePieces();
  #isOpen = false;
  #isClosed = false;

  constructor(options: WebSocketOptions) {
    this.#options = options;
    const connection = this;
    const { url, authority } = options;
    this.#client = new WebSocketClient({
      host: url.host,
      port: url.port,
      path: url.path,
      headers: new Map(options.headers),
      dns: { io: HostResolver },
      socket: upgradingSocket({ ...url, authority }),
      onWritable: (room) => contained("websocket", () => connection.#writable(room)),
      onReadable(count, { more, binary }) {
        contained("websocket", () => connection.#readable(this.read(count), more, binary));
      },
      onClose: () => this.#lost("closed by the server"),
      onError: () => this.#lost("connection failed"),
    });
  }

  sendText(text: string): void {
    this.#send(new Uint8Array(ArrayBuffer.fromString(text)), false);
  }

  /** Audio that cannot leave in time is worthless: when too much waits, the oldest is dropped. */
  sendBinary(bytes: Uint8Array): void {
    this.#send(bytes, true);
  }

  /** Ends the connection without telling the caller; what is still queued is lost. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pieces.clear();
    this.#options.clock.schedule(0, () => this.#client.close());
  }

  #send(bytes: Uint8Array, binary: boolean): void {
    if (this.#isClosed) return;
    this.#queue.push(bytes, binary);
    if (this.#isOpen) this.#queue.flush(this.#client);
  }

  #writable(room: number): void {
    if (this.#isClosed) return;
    this.#queue.room = room;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#options.onOpen();
    }
    if (!this.#isClosed) this.#queue.flush(this.#client);
  }

  #readable(piece: ArrayBuffer | undefined, more: boolean, binary: boolean): void {
    if (this.#isClosed) return;
    this.#pieces.add(piece);
    if (more) return;
    const bytes = this.#pieces.take();
    if (!bytes) return;
    if (binary) return this.#options.onBinary(bytes);
    const text = decodeText(bytes);
    if (text !== undefined) this.#options.onText(text);
  }

  #lost(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    contained("websocket", () => this.#options.onClose(reason));
  }
}
