import { WebSocket } from "ws";
import { Queue } from "../../queue.ts";

/** A message of the other end: a text, or bytes. */
export type SocketMessage = string | Uint8Array;

export interface MessageSocketOptions {
  /** `ws:` or `wss:`. */
  readonly url: string | URL;
  readonly headers?: { readonly [name: string]: string };
}

/** A WebSocket as a provider uses it: opened, written to, read message by message, and gone with the abort of its turn. */
export class MessageSocket implements AsyncIterable<SocketMessage> {
  readonly #socket: WebSocket;
  readonly #messages = new Queue<SocketMessage>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer, isBinary) => this.#messages.push(isBinary ? data : data.toString("utf8")));
    socket.on("error", (error) => this.#messages.fail(error));
    socket.once("close", () => this.#messages.close());
  }

  /** Connects. An abort of the signal ends the connection at any time. @throws Error of the network */
  static async open({ url, headers }: MessageSocketOptions, signal: AbortSignal): Promise<MessageSocket> {
    const socket = new WebSocket(url, { headers: { ...headers } });
    const opened = new MessageSocket(socket);
    const stop = () => socket.terminate();
    signal.addEventListener("abort", stop, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("it closed the connection")));
    });
    return opened;
  }

  /** Sends a message; what is sent after the end is dropped. */
  send(message: SocketMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** Ends the connection at once. */
  close(): void {
    this.#messages.clear();
    this.#socket.terminate();
  }

  /** The messages, until the other end closes. @throws Error of the network */
  [Symbol.asyncIterator](): AsyncIterator<SocketMessage> {
    return this.#messages[Symbol.asyncIterator]();
  }
}
