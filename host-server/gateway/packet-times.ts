/**
 * Blocks of the longest Opus packet (1,275 bytes): a packet's counters meet those of packets so far from it that have its
 * time and length.
 */
const WINDOW = 80;

/** Times of the packets of one session, in ms, 32 bits. No two packets near each other have the same one. */
export class PacketTimes {
  readonly #recent = new Uint32Array(WINDOW).fill(0xffff_ffff);
  #at = 0;

  /** The time that was asked for, or the next one that no packet before it has. 0 is for devices, which share the key. */
  take(ms: number): number {
    let time = ms >>> 0;
    while (time === 0 || this.#recent.includes(time)) time = (time + 1) >>> 0;
    this.#recent[this.#at] = time;
    this.#at = (this.#at + 1) % WINDOW;
    return time;
  }
}
