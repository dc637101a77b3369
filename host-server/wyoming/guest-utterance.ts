import { createResampler, type Resampler } from "../audio/resampler.ts";
import type { Asr } from "../providers/asr.ts";
import { type AudioFormat, audioFormatOf, samplesOf } from "../providers/wyoming/audio-format.ts";
import { WyomingError, type WyomingEvent } from "../providers/wyoming/events.ts";
import { Queue } from "../queue.ts";

const SAMPLE_RATE = 16_000;
/** Nobody says so much in one breath. */
const MAX_SAMPLES = 120 * SAMPLE_RATE;

/** What somebody says to another program, which has it recognised here. */
export class GuestUtterance {
  readonly #frames = new Queue<Int16Array>();
  #format: AudioFormat | undefined;
  #resampler: Resampler | undefined;
  #samples = 0;
  /** The recognised words; rejects with the recogniser's error. */
  readonly words: Promise<string>;

  constructor(asr: Asr, signal: AbortSignal) {
    this.words = this.#recognise(asr, signal);
    // Who waits for the words is told.
    this.words.catch(() => {});
  }

  /** Takes an `audio-start` or `audio-chunk`. @throws WyomingError */
  accept(event: WyomingEvent): void {
    this.#format ??= audioFormatOf(event);
    if (event.payload.length === 0) return;
    this.#resampler ??= createResampler(this.#format.sampleRate, SAMPLE_RATE);
    const pcm = this.#resampler.process(samplesOf(event, this.#format));
    this.#samples += pcm.length;
    if (this.#samples > MAX_SAMPLES)
      throw new WyomingError("wyoming-too-long", "wyoming-too-long: two minutes are too much");
    this.#frames.push(pcm);
  }

  /** All of it is there. */
  end(): void {
    this.#frames.close();
    this.#resampler?.close();
  }

  async #recognise(asr: Asr, signal: AbortSignal): Promise<string> {
    let words = "";
    for await (const { text, final } of asr.transcribe(this.#frames, { tools: [] }, signal)) if (final) words = text;
    return words;
  }
}
