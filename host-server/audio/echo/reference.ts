/** Samples that are kept: what a device may still have to play, and what still sounds in the room. */
const KEPT_SAMPLES = 16_000 * 5;
const FRAME_SAMPLES = 960;
const KEPT_FRAMES = KEPT_SAMPLES / FRAME_SAMPLES;

/** What was sent to a device, as it plays it: 16 kHz, found by the times that were sent with the frames. */
export class EchoReference {
  readonly #samples = new Float32Array(KEPT_SAMPLES);
  readonly #positions = new Map<number, number>();
  #end = 0;

  /** Position behind the newest sample; positions count from the first one. */
  get end(): number {
    return this.#end;
  }

  /** Adds the frame that was sent with this time. */
  add(timestamp: number, pcm: Int16Array): void {
    this.#positions.set(timestamp, this.#end);
    for (const [oldest] of this.#positions) {
      if (this.#positions.size <= KEPT_FRAMES) break;
      this.#positions.delete(oldest);
    }
    for (let at = 0; at < pcm.length; at++) {
      this.#samples[(this.#end + at) % KEPT_SAMPLES] = (pcm[at] as number) / 32_768;
    }
    this.#end += pcm.length;
  }

  /** Position of the frame that was sent with this time; undefined when it was not, or long ago. */
  position(timestamp: number): number | undefined {
    return this.#positions.get(timestamp);
  }

  /** Copies the samples from a position on; silence where there are none, or none any more. */
  read(from: number, into: Float64Array): void {
    for (let at = 0; at < into.length; at++) {
      const position = from + at;
      const isKept = position >= 0 && position < this.#end && position >= this.#end - KEPT_SAMPLES;
      into[at] = isKept ? (this.#samples[position % KEPT_SAMPLES] as number) : 0;
    }
  }
}
