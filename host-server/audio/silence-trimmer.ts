/**
 * Takes the silence off both ends of an utterance while it streams. A recogniser that hears it takes room noise for
 * words: "seventy" becomes "seventy six", a lone "mute" becomes nothing.
 *
 * Silence within the utterance is held back and passed on once speech follows. The start waits for `leadSamples`, since
 * one cannot tell a quiet beginning from a soft voice before the loudness of the voice is known.
 */
export class SilenceTrimmer {
  readonly #leadSamples: number;
  #held: Int16Array[] = [];
  #heldSamples = 0;
  #loudest = 0;
  #quietest = Number.POSITIVE_INFINITY;
  #hasBegun = false;

  /** @param leadSamples audio to judge the beginning by; the pre-roll, which comes at once, is a good measure */
  constructor(leadSamples: number) {
    this.#leadSamples = leadSamples;
  }

  /** Takes a frame; gives the frames to pass on now, oldest first. */
  accept(pcm: Int16Array): Int16Array[] {
    this.#held.push(pcm);
    this.#heldSamples += pcm.length;
    const level = loudness(pcm);
    this.#loudest = Math.max(this.#loudest, level);
    this.#quietest = Math.min(this.#quietest, level);
    if (!this.#hasBegun) return this.#canBegin() ? this.#begin() : [];
    return this.#isVoiced(pcm, level) ? this.#release(this.#held.length) : [];
  }

  /** Gives what is left when no frame follows: speech shorter than the lead, never the silence at the end. */
  end(): Int16Array[] {
    return this.#hasBegun ? [] : this.#begin();
  }

  #canBegin(): boolean {
    if (this.#heldSamples < this.#leadSamples) return false;
    const isVoice = this.#loudest >= voiceLevel && this.#loudest >= this.#quietest * voiceMargin;
    return isVoice || this.#heldSamples >= maximumLeads * this.#leadSamples;
  }

  #begin(): Int16Array[] {
    this.#hasBegun = true;
    const first = this.#held.findIndex((frame) => this.#isVoiced(frame));
    const last = this.#held.findLastIndex((frame) => this.#isVoiced(frame));
    if (first < 0) return [];
    this.#held.splice(0, first);
    return this.#release(last - first + 1);
  }

  #release(count: number): Int16Array[] {
    const passed = this.#held.splice(0, count);
    for (const frame of passed) this.#heldSamples -= frame.length;
    return passed;
  }

  #isVoiced(frame: Int16Array, level = loudness(frame)): boolean {
    const noise = Math.min(this.#quietest * noiseMargin, this.#loudest * noiseShare);
    return level > 0 && level >= Math.max(this.#loudest * quietShare, noise);
  }
}

// 34 dB below the loudest frame: weak word ends lie above it, a quiet room below.
const quietShare = 0.02;
// The quietest frame shows the noise of the room, unless the speaker never pauses: hence the limit.
const noiseMargin = 2.5;
const noiseShare = 0.2;
// Until something is this loud (-50 dB of full scale) and stands out from the quietest frame by 18 dB, all that was heard
// may be the room; but in a loud room nothing stands out so far, and the words are wanted while they are spoken.
const voiceLevel = 100;
const voiceMargin = 8;
const maximumLeads = 3;

/** Root mean square of a frame, in sample units. */
export function loudness(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length);
}
