import UDP from "embedded:io/socket/udp";
import type { Clock } from "../../protocol/clock.ts";
import { contained } from "../system/contained.ts";
import { log, reason } from "../system/log.ts";
import { HostResolver } from "./host-resolver.ts";

export interface UdpOptions {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Datagrams can be sent. */
  readonly onOpen: () => void;
  /** A datagram of that server; others are dropped. */
  readonly onDatagram: (bytes: Uint8Array) => void;
  /** Once, when there is no such host or no socket. */
  readonly onError: (reason: string) => void;
}

/** Datagrams to and from one server. Nothing that goes wrong with a datagram is an error: it is lost. */
export class UdpConnection {
  readonly #options: UdpOptions;
  #socket: UDP | undefined;
  #address = "";
  #isClosed = false;
  #hasFailed = false;

  constructor(options: UdpOptions) {
    this.#options = options;
    const { host, clock } = options;
    const resolver = new HostResolver({ isWanted: () => !this.#isClosed });
    resolver.resolve({
      host,
      // Addresses resolve at once; whoever makes this object has not got it yet.
      onResolved: (_host, address) => clock.schedule(0, () => this.#open(address)),
      onError: () => clock.schedule(0, () => this.#fail(`no address for "${host}"`)),
    });
  }

  /** Sends one datagram; before `onOpen` and after `close()` it is lost. */
  send(bytes: Uint8Array): void {
    if (this.#isClosed || !this.#socket) return;
    try {
      this.#socket.write(bytes, this.#address, this.#options.port);
      this.#hasFailed = false;
    } catch (error) {
      // One line for each time that sending begins to fail, not for each packet.
      if (!this.#hasFailed) log.warn("datagram lost", { reason: reason(error) });
      this.#hasFailed = true;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.clock.schedule(0, () => this.#socket?.close());
  }

  #open(address: string): void {
    if (this.#isClosed) return;
    const connection = this;
    this.#address = address;
    try {
      this.#socket = new UDP({
        onReadable(count) {
          for (let left = count; left > 0; left--) contained("udp", () => connection.#receive(this.read()));
        },
      });
    } catch (error) {
      return this.#fail(reason(error));
    }
    this.#options.onOpen();
  }

  #receive(packet: ReturnType<UDP["read"]>): void {
    if (this.#isClosed || !packet) return;
    if (packet.address !== this.#address || packet.port !== this.#options.port) return;
    this.#options.onDatagram(new Uint8Array(packet));
  }

  #fail(why: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onError(why);
  }
}
