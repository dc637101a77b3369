import type { Outlook } from "../intent/outlook.ts";

/** What the endpointer found in the frame that it was given. */
export type EndpointEvent =
  /** Speech began. `preRoll` holds the frames to recognise first, oldest first, this frame included. */
  | { type: "start"; preRoll: Int16Array[] }
  /** Speech is over; this frame is its last. `silenceMs` of silence lie at its end. */
  | { type: "end"; reason: "silence" | "too-long"; silenceMs: number };

/** Tuning of an `Endpointer`; every field has a default. */
export interface EndpointerSettings {
  /** Hz of the frames. */
  sampleRate?: number;
  /** Probability from which a frame counts as voiced. */
  threshold?: number;
  /** Probability that keeps speech going once it began; lower than `threshold`, so that soft word ends do not cut it. */
  keepThreshold?: number;
  /** Unbroken voice that starts an utterance: long enough to skip a click, short enough for "bye". */
  startMs?: number;
  /** Audio kept from before the voice that started the utterance: a detector notices soft beginnings late. */
  preRollMs?: number;
  /** Silence, as the detector tells it, that ends an utterance, by what may follow the words so far. */
  silenceMs?: Partial<Record<Outlook, number>>;
  /** Length at which an utterance ends whatever is heard: loud steady noise may never sound like silence. */
  maximumMs?: number;
}

type Settings = Required<Omit<EndpointerSettings, "silenceMs">>;

/**
 * A voice detector goes on for some 40 ms after the last word (more in noise), and sound comes in packets of 60 ms: with
 * these, the end is sure some 210, 240, 500 and 900 ms after the last sample. Words that are spoken in one breath,
 * "eighty" and "five", lie less than 130 ms apart; who stops after "set the volume to" is looking for a word.
 */
const silences: Record<Outlook, number> = { complete: 90, extendable: 150, unknown: 460, unfinished: 860 };

const defaults: Settings = {
  sampleRate: 16_000,
  threshold: 0.5,
  keepThreshold: 0.45,
  startMs: 100,
  preRollMs: 600,
  maximumMs: 15_000,
};

/** From here on a single frame is taken for voice where that does no harm. */
const SURE_PROBABILITY = 0.85;

/**
 * Finds where an utterance begins and ends from the speech probability of each frame. All times are media times, counted
 * in samples, so that a burst of late packets gives the same result as a steady stream.
 */
export class Endpointer {
  readonly #settings: Settings;
  readonly #silences: Record<Outlook, number>;
  #preRoll: Int16Array[] = [];
  #preRollSamples = 0;
  #isEager = false;
  #speaking = false;
  #outlook: Outlook = "unknown";
  #voicedSamples = 0;
  #silentSamples = 0;
  #utteranceSamples = 0;

  constructor({ silenceMs = {}, ...settings }: EndpointerSettings = {}) {
    this.#settings = { ...defaults, ...settings };
    this.#silences = { ...silences, ...silenceMs };
  }

  /** Whether an utterance has started and not ended yet. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Milliseconds of silence at the end of what was heard so far; 0 outside an utterance. */
  get silenceMs(): number {
    return (this.#silentSamples / this.#settings.sampleRate) * 1000;
  }

  /** Tells what may follow the words recognised so far, which decides how much silence is enough. */
  setOutlook(outlook: Outlook): void {
    this.#outlook = outlook;
  }

  /**
   * Takes one frame; gives what it began or ended, if anything.
   *
   * @param probabilities that its equal parts hold speech (0 to 1), in their order
   */
  accept(pcm: Int16Array, probabilities: readonly number[]): EndpointEvent | undefined {
    return this.#speaking ? this.#continue(pcm, probabilities) : this.#await(pcm, Math.max(...probabilities));
  }

  /** Forgets everything heard; the next frame is the first. */
  reset(): void {
    this.#preRoll = [];
    this.#preRollSamples = 0;
    this.#speaking = false;
    this.#outlook = "unknown";
    this.#voicedSamples = 0;
    this.#silentSamples = 0;
    this.#utteranceSamples = 0;
  }

  /** Whether one frame that is surely voice starts an utterance: somebody waits to fall silent for it, and can go on. */
  setEager(isEager: boolean): void {
    this.#isEager = isEager;
  }

  #await(pcm: Int16Array, probability: number): EndpointEvent | undefined {
    this.#keep(pcm);
    this.#voicedSamples = probability >= this.#settings.threshold ? this.#voicedSamples + pcm.length : 0;
    const isSure = this.#isEager && probability >= SURE_PROBABILITY;
    const isEnough = this.#voicedSamples >= this.#samples(this.#settings.startMs);
    if (this.#voicedSamples === 0 || !(isSure || isEnough)) return undefined;
    const event: EndpointEvent = { type: "start", preRoll: this.#preRoll };
    this.#utteranceSamples = this.#preRollSamples;
    this.#preRoll = [];
    this.#preRollSamples = 0;
    this.#speaking = true;
    return event;
  }

  #continue(pcm: Int16Array, probabilities: readonly number[]): EndpointEvent | undefined {
    const { keepThreshold, maximumMs } = this.#settings;
    this.#utteranceSamples += pcm.length;
    const part = pcm.length / probabilities.length;
    for (const probability of probabilities) {
      // There is one value for a part, so speech ended, on average, in the middle of the last one with voice.
      const before = this.#silentSamples === 0 ? part / 2 : this.#silentSamples;
      this.#silentSamples = probability >= keepThreshold ? 0 : before + part;
    }
    const enough = this.#silences[this.#outlook];
    if (this.#silentSamples > 0 && this.#silentSamples >= this.#samples(enough)) return this.#end("silence");
    if (this.#utteranceSamples >= this.#samples(maximumMs)) return this.#end("too-long");
    return undefined;
  }

  #end(reason: "silence" | "too-long"): EndpointEvent {
    const { silenceMs } = this;
    this.reset();
    return { type: "end", reason, silenceMs };
  }

  #keep(pcm: Int16Array): void {
    this.#preRoll.push(pcm);
    this.#preRollSamples += pcm.length;
    const limit = this.#samples(this.#settings.preRollMs) + this.#voicedSamples + pcm.length;
    while (this.#preRollSamples - this.#preRoll[0]!.length >= limit) {
      this.#preRollSamples -= this.#preRoll.shift()!.length;
    }
  }

  #samples(ms: number): number {
    return (ms / 1000) * this.#settings.sampleRate;
  }
}
