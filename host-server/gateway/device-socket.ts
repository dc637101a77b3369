import { WebSocket } from "ws";
import type { AddressCounts } from "./address-counts.ts";

/** Whoever hears what a socket is told. */
export interface SocketEvents {
  onMessage(bytes: Buffer, isBinary: boolean): void;
  onClose(): void;
  onBreak(error: Error & { code?: string }): void;
}

/**
 * A WebSocket that knows who hears it and what it counts for, so that ten thousand of them need three functions between them and not
 * three each.
 */
export class DeviceSocket extends WebSocket {
  events: SocketEvents | undefined;
  #addresses: AddressCounts | undefined;
  #address = "";

  /** Counts for this address from now until it ends. */
  countFor(address: string, addresses: AddressCounts): void {
    this.#address = address;
    this.#addresses = addresses;
    this.on("close", release);
  }

  /** Has somebody hear it from now on. */
  hear(events: SocketEvents): void {
    if (!this.events) this.on("message", deliver).on("close", end).on("error", tellOfBreak);
    this.events = events;
  }

  release(): void {
    this.#addresses?.release(this.#address);
  }
}

function release(this: WebSocket): void {
  (this as DeviceSocket).release();
}

function deliver(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  // `ws` gives one Buffer unless told otherwise.
  (this as DeviceSocket).events?.onMessage(data as Buffer, isBinary);
}

function end(this: WebSocket): void {
  (this as DeviceSocket).events?.onClose();
}

function tellOfBreak(this: WebSocket, error: Error): void {
  (this as DeviceSocket).events?.onBreak(error);
}
