import { AUDIBLE_LEVEL } from "./level.ts";

/** Silence that starts and ends a recording and the pauses in it are kept up to this length. */
const LONGEST_SILENCE_MS = 60_000;
/** A gap in the sound of at most this length is a fault of delivery, not the end of an answer. */
const GAP_MS = 400;

/** What a device's speaker has played, as a recording of what a person in front of it hears. */
export class Speaker {
  #blocks: Int16Array[] = [];
  #dryAt: number | undefined;
  #wasFull = false;
  #silentSamples = 0;
  /** Hz, of the last that was played. */
  sampleRate = 24000;
  /** Samples that were played, silence included. */
  playedSamples = 0;
  /** Gaps in the sound because the device had nothing to play in time. */
  underruns = 0;
  /** When the first audible sample came out, in milliseconds of the clock. */
  firstAudibleAt: number | undefined;
  lastAudibleAt: number | undefined;

  /**
   * One block that has been played.
   * @param at when its first sample came out, in milliseconds of the clock
   * @param written samples of it that came from the device; the rest was missing
   */
  play(block: Int16Array, sampleRate: number, at: number, written: number): void {
    this.sampleRate = sampleRate;
    this.playedSamples += block.length;
    this.#noteGap(block.length, written, at);
    this.#noteSound(block, sampleRate, at);
  }

  /** All that was recorded; one pause is at most a minute long in it. */
  recording(): Int16Array {
    const length = this.#blocks.reduce((sum, block) => sum + block.length, 0);
    const whole = new Int16Array(length);
    let position = 0;
    for (const block of this.#blocks) {
      whole.set(block, position);
      position += block.length;
    }
    return whole;
  }

  /** Starts a new recording. */
  clear(): void {
    this.#blocks = [];
    this.#dryAt = undefined;
    this.#wasFull = false;
    this.#silentSamples = 0;
    this.playedSamples = 0;
    this.underruns = 0;
    this.firstAudibleAt = undefined;
    this.lastAudibleAt = undefined;
  }

  #noteGap(length: number, written: number, at: number): void {
    if (written > 0 && this.#dryAt !== undefined) {
      if (at - this.#dryAt <= GAP_MS) this.underruns++;
      this.#dryAt = undefined;
    }
    if (written < length && (written > 0 || this.#wasFull)) this.#dryAt = at;
    this.#wasFull = written === length;
  }

  #noteSound(block: Int16Array, sampleRate: number, at: number): void {
    const first = block.findIndex((sample) => Math.abs(sample) >= AUDIBLE_LEVEL);
    if (first < 0) this.#silentSamples += block.length;
    else {
      const time = at + (first * 1000) / sampleRate;
      this.firstAudibleAt ??= time;
      this.lastAudibleAt = at + (block.length * 1000) / sampleRate;
      this.#silentSamples = 0;
    }
    if (this.#silentSamples * 1000 <= LONGEST_SILENCE_MS * sampleRate) this.#blocks.push(block);
  }
}
