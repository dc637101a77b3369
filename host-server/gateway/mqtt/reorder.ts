import type { Cancel, Clock } from "../../../protocol/clock.ts";

/** Longest wait for a packet that others have overtaken, ms. */
const WAIT_MS = 60;
/** When so many wait, what is missing will not come. */
const MAX_WAITING = 16;

/**
 * Puts numbered packets back in order. Nothing waits as long as none is missing; when one is, those after it wait 60 ms
 * at most. What comes after its turn, or twice, is dropped. Numbers go round at 2^32 (RFC 1982).
 */
export class Reorder<Packet> {
  readonly #clock: Clock;
  readonly #deliver: (packet: Packet) => void;
  readonly #waiting = new Map<number, Packet>();
  #next = 1;
  #lateCount = 0;
  #cancelWait: Cancel | undefined;

  constructor(clock: Clock, deliver: (packet: Packet) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** The number that is delivered next. */
  get next(): number {
    return this.#next;
  }

  /** Packets that came too late or twice. */
  get lateCount(): number {
    return this.#lateCount;
  }

  accept(sequence: number, packet: Packet): void {
    const ahead = (sequence - this.#next) >>> 0;
    if (ahead >= 0x8000_0000 || this.#waiting.has(sequence)) {
      this.#lateCount++;
      return;
    }
    if (ahead === 0) {
      this.#next = (sequence + 1) >>> 0;
      this.#deliver(packet);
      if (this.#waiting.size > 0) this.#deliverReady();
      return;
    }
    this.#waiting.set(sequence, packet);
    if (this.#waiting.size >= MAX_WAITING) this.#giveUp();
    else this.#cancelWait ??= this.#clock.schedule(WAIT_MS, () => this.#giveUp());
  }

  /** Goes on with `sequence`, whatever was missing before it. */
  skipTo(sequence: number): void {
    this.#giveUp();
    this.#next = sequence;
  }

  close(): void {
    this.#endWait();
    this.#waiting.clear();
  }

  #deliverReady(): void {
    for (let packet = this.#take(); packet !== undefined; packet = this.#take()) this.#deliver(packet);
    if (this.#waiting.size === 0) this.#endWait();
  }

  #take(): Packet | undefined {
    const packet = this.#waiting.get(this.#next);
    if (packet === undefined) return undefined;
    this.#waiting.delete(this.#next);
    this.#next = (this.#next + 1) >>> 0;
    return packet;
  }

  /** What is missing is lost: everything that waits is delivered, in order. */
  #giveUp(): void {
    this.#endWait();
    while (this.#waiting.size > 0) {
      const nearest = Math.min(...[...this.#waiting.keys()].map((sequence) => (sequence - this.#next) >>> 0));
      this.#next = (this.#next + nearest) >>> 0;
      this.#deliverReady();
    }
  }

  #endWait(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }
}
