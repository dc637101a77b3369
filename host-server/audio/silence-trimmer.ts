/**
 * Holds back the silence within a stream of frames and gives it up only when speech follows, so that the silence at the
 * end of an utterance never reaches the recogniser: it would hear words in it ("seventy" becomes "seventy six").
 */
export class SilenceTrimmer {
  #held: Int16Array[] = [];
  #heldSamples = 0;
  #loudest = 0;
  readonly #tailSamples: number;

  /** @param tailSamples silence that is let through after each stretch of speech, so that no word end is cut */
  constructor(tailSamples: number) {
    this.#tailSamples = tailSamples;
  }

  /** Takes a frame; gives the frames to pass on now, oldest first. */
  accept(pcm: Int16Array): Int16Array[] {
    const level = loudness(pcm);
    this.#loudest = Math.max(this.#loudest, level);
    if (level >= this.#loudest * quietShare) {
      const passed = [...this.#held, pcm];
      this.#held = [];
      this.#heldSamples = 0;
      return passed;
    }
    this.#heldSamples += pcm.length;
    if (this.#heldSamples <= this.#tailSamples) return [pcm];
    this.#held.push(pcm);
    return [];
  }
}

// 34 dB below the loudest frame: weak word ends lie above it, room noise of a quiet room below.
const quietShare = 0.02;

/** Root mean square of a frame, in sample units. */
export function loudness(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length);
}
