/** 2.4 s of 60 ms packets; a server that runs further ahead loses what it sends (spec of the decode queue). */
const MAX_PACKETS = 40;

/** Packets that wait before playback begins, so that the next late one does not leave a gap: 120 ms. */
const PREBUFFER_PACKETS = 2;

/** Opus packets between the network and the decoder. */
export class JitterBuffer {
  #packets: Uint8Array[] = [];
  #isFlowing = false;
  #isComplete = false;
  #dropped = 0;

  /** Packets that found the buffer full, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  get isEmpty(): boolean {
    return this.#packets.length === 0;
  }

  push(packet: Uint8Array): void {
    if (this.#packets.length >= MAX_PACKETS) {
      this.#dropped++;
      return;
    }
    this.#isComplete = false;
    this.#packets.push(packet);
  }

  /** Nothing more is coming: what waits may be played although it is less than the prebuffer. */
  complete(): void {
    this.#isComplete = true;
  }

  /** The packet to play now, or undefined while there is none or too few wait. */
  take(): Uint8Array | undefined {
    if (!this.#isFlowing && !this.#isComplete && this.#packets.length < PREBUFFER_PACKETS) return undefined;
    const packet = this.#packets.shift();
    this.#isFlowing = packet !== undefined;
    return packet;
  }

  clear(): void {
    this.#packets = [];
    this.#isFlowing = false;
    this.#isComplete = false;
  }
}
