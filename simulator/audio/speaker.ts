import { firstAudible, lastAudible } from "./level.ts";

/** Silence that starts and ends a recording and the pauses in it are kept up to this length. */
const LONGEST_SILENCE_MS = 60_000;
/** A gap in the sound of at most this length is a fault of delivery, not the end of an answer. */
const GAP_MS = 400;

/** What a person in front of a device hears of it: when it sounds, and a recording when one is asked for. */
export class Speaker {
  #blocks: Int16Array[] | undefined;
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

  /** Keeps what is played from now on, until the next `clear`. Without it a device costs no memory for its sound. */
  record(): void {
    this.#blocks ??= [];
  }

  /** All that was played since `record`; one pause is at most a minute long in it. */
  recording(): Int16Array {
    const blocks = this.#blocks ?? [];
    const length = blocks.reduce((sum, block) => sum + block.length, 0);
    const whole = new Int16Array(length);
    let position = 0;
    for (const block of blocks) {
      whole.set(block, position);
      position += block.length;
    }
    return whole;
  }

  /** Forgets everything and ends the recording. */
  clear(): void {
    this.#blocks = undefined;
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
    const first = firstAudible(block);
    if (first < 0) this.#silentSamples += block.length;
    else {
      this.firstAudibleAt ??= at + (first * 1000) / sampleRate;
      this.lastAudibleAt = at + ((lastAudible(block) + 1) * 1000) / sampleRate;
      this.#silentSamples = 0;
    }
    if (this.#silentSamples * 1000 <= LONGEST_SILENCE_MS * sampleRate) this.#blocks?.push(block);
  }
}
