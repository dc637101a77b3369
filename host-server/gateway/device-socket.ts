import { WebSocket } from "ws";
import type { AddressCounts } from "./address-counts.ts";

/** Whoever hears a socket. */
export interface SocketEvents {
  onMessage(bytes: Buffer, isBinary: boolean): void;
  onBreak(error: Error & { code?: string }): void;
  onClose(): void;
}

/**
 * A WebSocket that knows who hears it and for which address it counts, so that ten thousand of them need three functions between them,
 * and not three each.
 */
export class DeviceSocket extends WebSocket {
  events: SocketEvents | undefined;
  #addresses: AddressCounts | undefined;
  #address = "";

  /** Counts for an address until the end, and is heard from now on; called once. */
  open(address: string, addresses: AddressCounts): void {
    this.#address = address;
    this.#addresses = addresses;
    this.on("message", deliver).on("error", tellOfBreak).on("close", end);
  }

  end(): void {
    this.#addresses?.release(this.#address);
    this.events?.onClose();
  }
}

function deliver(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  // `ws` gives one Buffer unless told otherwise.
  (this as DeviceSocket).events?.onMessage(data as Buffer, isBinary);
}

function tellOfBreak(this: WebSocket, error: Error): void {
  (this as DeviceSocket).events?.onBreak(error);
}

function end(this: WebSocket): void {
  (this as DeviceSocket).end();
}
