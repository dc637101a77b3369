import { lastAudible } from "./level.ts";
import { resample } from "./resample.ts";

interface Utterance {
  pcm: Int16Array;
  sampleRate: number;
  position: number;
  onHeard: () => void;
}

/** What a device's microphone hears: utterances one after the other, and silence between them. */
export class Microphone {
  #queue: Utterance[] = [];
  /** Samples that a device has taken, silence included. */
  heardSamples = 0;
  /** When the last audible sample was heard, in milliseconds of the clock. */
  lastAudibleAt: number | undefined;
  /** When the first sample of the utterance that began last was heard, in milliseconds of the clock. */
  begunAt: number | undefined;

  /** Whether an utterance is being heard or waits to be. */
  get isSpeaking(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * Speaks at the next moment at which the device listens; 16-bit mono at `sampleRate` Hz. Resolves when the device has
   * heard the last sample.
   */
  say(pcm: Int16Array, sampleRate: number): Promise<void> {
    return new Promise((resolve) => this.#queue.push({ pcm, sampleRate, position: 0, onHeard: resolve }));
  }

  /** Forgets what was not heard yet. */
  hush(): void {
    for (const { onHeard } of this.#queue.splice(0)) onHeard();
  }

  /**
   * The next `count` samples at `sampleRate` Hz, for the device.
   * @param at when the first of them is heard, in milliseconds of the clock
   */
  take(count: number, sampleRate: number, at: number): Int16Array {
    const block = new Int16Array(count);
    let filled = 0;
    while (filled < count) {
      const utterance = this.#queue[0];
      if (!utterance) break;
      if (utterance.sampleRate !== sampleRate) convert(utterance, sampleRate);
      if (utterance.position === 0) this.begunAt = at + (filled * 1000) / sampleRate;
      const part = utterance.pcm.subarray(utterance.position, utterance.position + count - filled);
      block.set(part, filled);
      filled += part.length;
      utterance.position += part.length;
      if (utterance.position < utterance.pcm.length) continue;
      this.#queue.shift();
      utterance.onHeard();
    }
    this.heardSamples += count;
    const last = filled === 0 ? -1 : lastAudible(block);
    if (last >= 0) this.lastAudibleAt = at + ((last + 1) * 1000) / sampleRate;
    return block;
  }
}

function convert(utterance: Utterance, sampleRate: number): void {
  const rest = utterance.pcm.subarray(utterance.position);
  utterance.pcm = resample(rest, utterance.sampleRate, sampleRate);
  utterance.sampleRate = sampleRate;
  utterance.position = 0;
}
