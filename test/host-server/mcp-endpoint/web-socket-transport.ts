import { once } from "node:events";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { WebSocket } from "ws";

/** The official packages over a WebSocket: they bring none of their own. */
export class WebSocketTransport implements Transport {
  readonly #url: string;
  #socket: WebSocket | undefined;
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    // The client drops the last progress when the result comes in the same round of events.
    const socket = new WebSocket(this.#url, { allowSynchronousEvents: false });
    this.#socket = socket;
    socket.on("message", (data) => this.onmessage?.(JSON.parse(String(data))));
    socket.on("close", () => this.onclose?.());
    socket.on("error", (error) => this.onerror?.(error));
    await once(socket, "open");
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#socket?.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.#socket?.close();
  }
}
