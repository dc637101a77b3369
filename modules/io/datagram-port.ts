import UDP from "embedded:io/socket/udp";
import type { Clock } from "../../protocol/clock.ts";
import { contained } from "../system/contained.ts";

export interface DatagramPortOptions {
  readonly clock: Clock;
  /** A datagram of anybody. */
  readonly onDatagram: (bytes: Uint8Array, address: string, port: number) => void;
  /** Where others send to; by default the platform chooses. */
  readonly port?: number;
}

/** Datagrams to and from anybody, a multicast group included. What goes wrong with one is lost, as it may be. */
export class DatagramPort {
  readonly #clock: Clock;
  readonly #socket: UDP;
  #isClosed = false;

  /** @throws Error when there is no socket left */
  constructor({ clock, onDatagram, port }: DatagramPortOptions) {
    this.#clock = clock;
    const isClosed = () => this.#isClosed;
    this.#socket = new UDP({
      ...(port !== undefined && { port }),
      onReadable(count) {
        for (let left = count; left > 0; left--) {
          contained("udp", () => {
            const packet = this.read();
            if (packet && !isClosed()) onDatagram(new Uint8Array(packet), packet.address, packet.port);
          });
        }
      },
    });
  }

  send(bytes: Uint8Array, address: string, port: number): void {
    if (!this.#isClosed) contained("udp", () => this.#socket.write(bytes, address, port));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#clock.schedule(0, () => this.#socket.close());
  }
}
