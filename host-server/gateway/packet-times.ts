/**
 * Blocks of the longest Opus packet (1,275 bytes): a packet's counters meet those of packets so far from it that have its
 * time and length.
 */
const WINDOW = 80;

/** Times of the packets of one session, in ms, 32 bits. No two packets near each other have the same one. */
export class PacketTimes {
  readonly #recent = new Uint32Array(WINDOW).fill(0xffff_ffff);
  #at = 0;
  #last = 0;
  #highest = 0;

  /** The time that was asked for, or the next one that no packet before it has. 0 is for devices, which share the key. */
  take(ms: number): number {
    let time = ms >>> 0;
    // Times rise, as a rule: what is later than all before it needs no search.
    if (time > this.#highest) this.#highest = time;
    else if (this.#isTaken(time)) {
      // Of a server that always says the same time the packets before this one have those that follow it.
      if ((this.#last - time) >>> 0 < WINDOW) time = this.#last;
      do time = (time + 1) >>> 0;
      while (this.#isTaken(time));
      this.#highest = Math.max(this.#highest, time);
    }
    this.#last = time;
    this.#recent[this.#at] = time;
    this.#at = (this.#at + 1) % WINDOW;
    return time;
  }

  #isTaken(time: number): boolean {
    return time === 0 || this.#recent.includes(time);
  }
}
