import type { PacketCounts } from "../sound-out.ts";

/** 2.4 s of 60 ms packets; a server that runs further ahead loses what it sends (spec of the decode queue). */
const MAX_PACKETS = 40;

/** Packets that wait before playback begins, so that the next late one does not leave a gap: 120 ms. */
const PREBUFFER_PACKETS = 2;

/** A longer gap is a pause: what a codec makes up has faded to nothing by then. */
const MAX_CONCEALED = 3;

/** What to play next: a packet, or "gap" while the next one is late and speech is flowing. */
export type Playable = Uint8Array | "gap";

/** Opus packets between the network and the decoder. */
export class JitterBuffer {
  #packets: Playable[] = [];
  #timestamps: number[] = [];
  #timestamp = 0;
  #isFlowing = false;
  #isComplete = false;
  /** Length of the gap that lasts, in packets. It counts once speech goes on: the end of an answer is no gap. */
  #gap = 0;
  #received = 0;
  #late = 0;
  #concealed = 0;
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#packets.length === 0;
  }

  get length(): number {
    return this.#packets.length;
  }

  /** Of what `take` gave last; 0 for a gap. */
  get timestamp(): number {
    return this.#timestamp;
  }

  /** `lost` packets before this one will never come: their places are made up, unless they have been already. */
  push(packet: Uint8Array, timestamp: number, lost = 0): void {
    this.#received++;
    const holes = Math.max(0, Math.min(lost, MAX_CONCEALED) - this.#gap);
    if (this.#packets.length + holes >= MAX_PACKETS) {
      this.#dropped++;
      return;
    }
    if (this.#gap > 0 && lost === 0) this.#late++;
    this.#concealed += this.#gap + holes;
    this.#gap = 0;
    this.#isComplete = false;
    for (let hole = 0; hole < holes; hole++) this.#add("gap", 0);
    this.#add(packet, timestamp);
  }

  #add(next: Playable, timestamp: number): void {
    this.#packets.push(next);
    this.#timestamps.push(timestamp);
  }

  /** Nothing more is coming: what waits may be played although it is less than the prebuffer. */
  complete(): void {
    this.#isComplete = true;
    this.#gap = 0;
  }

  /** What to play now, or undefined while there is nothing, or too few packets wait. */
  take(): Playable | undefined {
    if (!this.#isFlowing && !this.#isComplete && this.#packets.length < PREBUFFER_PACKETS) return undefined;
    const next = this.#packets.shift();
    this.#timestamp = this.#timestamps.shift() ?? 0;
    if (next) {
      this.#isFlowing = true;
      return next;
    }
    if (this.#isFlowing && !this.#isComplete && this.#gap < MAX_CONCEALED) {
      this.#gap++;
      return "gap";
    }
    this.#isFlowing = false;
    return undefined;
  }

  /** Forgets what waits, and whether speech was flowing; the counts stay. */
  clear(): void {
    this.#packets = [];
    this.#timestamps = [];
    this.#isFlowing = false;
    this.#isComplete = false;
    this.#gap = 0;
  }

  /** The counts since the last call, which begin anew. */
  takeCounts(): PacketCounts {
    const counts = {
      received: this.#received,
      late: this.#late,
      concealed: this.#concealed,
      dropped: this.#dropped,
    };
    this.#received = 0;
    this.#late = 0;
    this.#concealed = 0;
    this.#dropped = 0;
    return counts;
  }
}
