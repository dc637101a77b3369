import { Duplex } from "node:stream";
import type { Clock } from "../protocol/clock.ts";
import { NetworkError } from "./network.ts";

/** Bytes that may be on their way or unread before a writer has to wait, as a TCP window. */
const WINDOW_BYTES = 64 * 1024;

/** What the two ends of a connection share. */
export interface Wire {
  clock: Clock;
  /** The delay of the next piece, in milliseconds. */
  delayMs: () => number;
  /** Counts bytes that were put on the wire; a wire may decide to break by it. */
  onBytes: (count: number) => void;
  /** While it is stalled nothing arrives on either side, and neither side is told. */
  isStalled: boolean;
}

/** One end of a connection in memory: bytes arrive in order, after the wire's delay, and never beyond the window. */
export class MemorySocket extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  remoteAddress = "";
  remotePort = 0;
  readonly #wire: Wire;
  #peer: MemorySocket | undefined;
  #lastArrival = 0;
  #underway = 0;
  #inbox: Uint8Array[] = [];
  #isReading = false;
  #hasPeerEnded = false;
  #stalled: (() => void)[] = [];
  #heldWrite: ((error?: Error | null) => void) | undefined;
  #connecting: (() => void)[] | undefined = [];

  constructor(wire: Wire, local: { address: string; port: number }) {
    super({ allowHalfOpen: true });
    this.#wire = wire;
    this.localAddress = local.address;
    this.localPort = local.port;
  }

  /** Joins two ends; both are open from now on. */
  join(peer: MemorySocket): void {
    this.#peer = peer;
    this.remoteAddress = peer.localAddress;
    this.remotePort = peer.localPort;
    const waiting = this.#connecting ?? [];
    this.#connecting = undefined;
    for (const proceed of waiting) proceed();
  }

  /** For code that calls the methods of a TCP socket. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** Delivers what a stall kept back. */
  resumeDelivery(): void {
    for (const arrive of this.#stalled.splice(0)) arrive();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#whenOpen(() => {
      const peer = this.#peer;
      if (!peer || peer.destroyed) {
        done(new NetworkError("ECONNRESET", `${this.remoteAddress}:${this.remotePort} has closed the connection`));
        return;
      }
      this.#underway += chunk.length;
      // The writer may reuse its buffer as soon as the write is accepted.
      const copy = Uint8Array.from(chunk);
      this.#send(() => peer.#arrive(copy));
      this.#wire.onBytes(chunk.length);
      if (this.#underway < WINDOW_BYTES) done();
      else this.#heldWrite = done;
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#whenOpen(() => {
      this.#sendEnd();
      done();
    });
  }

  override _read(): void {
    this.#isReading = true;
    this.#deliver();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inbox = [];
    this.#connecting = undefined;
    const held = this.#heldWrite;
    this.#heldWrite = undefined;
    held?.(error ?? new NetworkError("ECONNRESET", "the connection is closed"));
    if (error) this.#send(() => this.#peer?.destroy(new NetworkError("ECONNRESET", "the peer broke the connection")));
    else this.#sendEnd();
    done(error);
  }

  #whenOpen(run: () => void): void {
    if (this.#connecting) this.#connecting.push(run);
    else run();
  }

  #send(arrive: () => void): void {
    const { clock } = this.#wire;
    // A later piece never overtakes an earlier one.
    this.#lastArrival = Math.max(this.#lastArrival, clock.now() + this.#wire.delayMs());
    const deliver = () => {
      if (this.#wire.isStalled || this.#stalled.length > 0) this.#stalled.push(arrive);
      else arrive();
    };
    clock.schedule(this.#lastArrival - clock.now(), deliver);
  }

  #arrive(bytes: Uint8Array): void {
    if (this.destroyed) {
      this.#peer?.destroy(new NetworkError("ECONNRESET", "the peer has closed the connection"));
      return;
    }
    this.#inbox.push(bytes);
    this.#deliver();
  }

  #sendEnd(): void {
    const peer = this.#peer;
    if (peer) this.#send(() => peer.#arriveEnd());
  }

  #arriveEnd(): void {
    if (this.destroyed || this.#hasPeerEnded) return;
    this.#hasPeerEnded = true;
    this.#deliver();
  }

  #deliver(): void {
    while (this.#isReading && this.#inbox.length > 0) {
      const bytes = this.#inbox.shift()!;
      this.#isReading = this.push(bytes);
      if (this.#peer) this.#peer.#acknowledge(bytes.length);
    }
    if (this.#isReading && this.#hasPeerEnded && !this.readableEnded && this.#inbox.length === 0) {
      this.#isReading = false;
      this.push(null);
    }
  }

  #acknowledge(count: number): void {
    this.#underway -= count;
    const held = this.#heldWrite;
    if (!held || this.#underway >= WINDOW_BYTES) return;
    this.#heldWrite = undefined;
    held();
  }
}
