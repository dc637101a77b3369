import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Network } from "../../../network.ts";
import type { TwinHost, TwinPart } from "../part.ts";
import { createListeners } from "./listeners.ts";
import type { Traffic } from "./traffic.ts";

/** lwIP's send buffer and receive window as the SDK configures them for ESP32. */
const WINDOW_BYTES = 5744;
/** What one packet brings at most. */
const SEGMENT_BYTES = 1436;

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly counters: Traffic;
  /** The peer has opened the connection, which stands already. */
  readonly isAccepted?: boolean;
}

/** One connection of the device; follows lwIP and the SDK's `tcp.c` in what is delivered when. */
class Connection {
  id: number;
  readonly #host: TwinHost;
  readonly #stream: Duplex;
  readonly #counters: Traffic;
  readonly address: string;
  readonly port: number;
  #isReady = false;
  #isClosed = false;
  /** The peer or the network has ended it; `#isFailed` follows once the device has been told or may be told. */
  #hasEnded = false;
  #isFailed = false;
  #isEndReported = false;
  #received: Buffer[] = [];
  #unread = 0;
  #unsent = 0;
  #isPosted = false;
  #pending = { readable: false, writable: false, error: false };

  constructor(host: TwinHost, id: number, stream: Duplex, to: Peer) {
    this.id = id;
    this.#host = host;
    this.#stream = stream;
    this.#counters = to.counters;
    this.address = to.address;
    this.port = to.port;
    this.#isReady = to.isAccepted === true;
    stream.once("connect", () => this.#connected());
    stream.on("readable", () => this.#pull());
    stream.once("end", () => this.#end());
    stream.once("error", () => this.#end());
    stream.once("close", () => this.#end());
  }

  get writable(): number {
    return Math.max(0, WINDOW_BYTES - this.#unsent);
  }

  /** Whether the end is to be reported now: everything that was received has been read, and it is the first time. */
  takeEnd(): boolean {
    if (this.#unread > 0 || this.#isEndReported) return false;
    this.#isEndReported = true;
    return true;
  }

  /** `count` bytes, all of them when it is -1; undefined when there are none. */
  read(count: number): Buffer | undefined {
    if (this.#unread === 0) return undefined;
    const wanted = count === -1 ? this.#unread : count;
    if (wanted <= 0 || wanted > this.#unread) throw new Error("invalid");
    const taken = this.#take(wanted);
    this.#unread -= wanted;
    if (this.#unread === 0 && this.#isFailed) this.#trigger("error");
    this.#pull();
    return taken;
  }

  write(data: Uint8Array): number | undefined {
    if (!this.#isReady) throw new Error("not ready");
    if (this.#hasEnded || this.#isClosed) return undefined;
    const bytes = Buffer.from(data);
    if (bytes.length > this.writable) throw new Error("would block");
    this.#unsent += bytes.length;
    this.#counters.sentBytes += bytes.length;
    this.#stream.write(bytes, (error) => {
      this.#unsent -= bytes.length;
      if (!error) this.#trigger("writable");
    });
    return this.writable;
  }

  /** Sends what was written, then ends the connection. */
  close(): void {
    this.#isClosed = true;
    if (this.#hasEnded || !this.#isReady) this.#stream.destroy();
    else this.#stream.end(() => this.#stream.destroy());
  }

  destroy(): void {
    this.#isClosed = true;
    this.#stream.destroy();
  }

  /** Another object takes over: it is told what the former one has not handled. */
  transfer(id: number): void {
    this.id = id;
    if (this.#unread > 0) this.#trigger("readable");
    if (this.#isReady) this.#trigger("writable");
  }

  #connected(): void {
    this.#isReady = true;
    this.#trigger("writable");
  }

  #pull(): void {
    while (this.#unread < WINDOW_BYTES && !this.#isClosed) {
      const available = Math.min(this.#stream.readableLength, WINDOW_BYTES - this.#unread, SEGMENT_BYTES);
      const piece: Buffer | null = available > 0 ? this.#stream.read(available) : null;
      if (!piece) break;
      this.#received.push(piece);
      this.#unread += piece.length;
      this.#counters.receivedBytes += piece.length;
      this.#trigger("readable");
    }
    // A read of an empty stream lets it report its end.
    if (this.#stream.readableLength === 0 && !this.#isClosed) this.#stream.read(0);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#pull();
    this.#hasEnded = true;
    this.#trigger("error");
  }

  #take(count: number): Buffer {
    const parts: Buffer[] = [];
    let left = count;
    while (left > 0) {
      const first = this.#received[0]!;
      const part = first.subarray(0, left);
      if (part.length === first.length) this.#received.shift();
      else this.#received[0] = first.subarray(part.length);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  #trigger(event: "readable" | "writable" | "error"): void {
    this.#pending[event] = true;
    if (this.#isPosted || this.#isClosed) return;
    this.#isPosted = true;
    this.#host.post(() => this.#deliver());
  }

  #deliver(): void {
    this.#isPosted = false;
    if (this.#isClosed) return;
    const { readable, writable, error } = this.#pending;
    this.#pending = { readable: false, writable: false, error: false };
    if (error) {
      this.#isFailed = true;
      this.#isReady = false;
    }
    this.#host.notify(this.id, "$deliver", readable ? this.#unread : 0, writable && !this.#hasEnded, this.#isFailed);
  }
}

/** The Node side of `embedded:io/socket/tcp` and of its listener. */
export function createTcp(host: TwinHost, network: Network, counters: Traffic): TwinPart {
  const connections = new Map<number, Connection>();
  const listeners = createListeners(host, network, (id, stream) => {
    counters.opened++;
    const { remoteAddress: address = "0.0.0.0", remotePort: port = 0 } = stream as Partial<Socket>;
    connections.set(id, new Connection(host, id, stream, { address, port, counters, isAccepted: true }));
  });

  function of(id: number): Connection {
    const connection = connections.get(id);
    if (!connection) throw new Error("closed");
    return connection;
  }

  return {
    calls: {
      ...listeners.calls,
      "tcp.connect": (id: number, address: string, port: number) => {
        counters.opened++;
        const stream = network.connect({ host: address, port });
        connections.set(id, new Connection(host, id, stream, { address, port, counters }));
      },
      "tcp.read": (id: number, count: number) => of(id).read(count),
      "tcp.readByte": (id: number) => of(id).read(1)?.[0],
      "tcp.write": (id: number, data: Uint8Array) => of(id).write(new Uint8Array(data)),
      "tcp.writable": (id: number) => of(id).writable,
      "tcp.takeEnd": (id: number) => of(id).takeEnd(),
      "tcp.remoteAddress": (id: number) => of(id).address,
      "tcp.remotePort": (id: number) => of(id).port,
      "tcp.close": (id: number) => {
        connections.get(id)?.close();
        connections.delete(id);
      },
      "tcp.transfer": (from: number, to: number) => {
        const connection = of(from);
        connections.delete(from);
        connections.set(to, connection);
        connection.transfer(to);
      },
    },
    close() {
      listeners.close();
      for (const connection of connections.values()) connection.destroy();
      connections.clear();
    },
  };
}
