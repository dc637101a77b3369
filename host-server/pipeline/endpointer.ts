/** What the endpointer found in the frame that it was given. */
export type EndpointEvent =
  /** Speech began. `preRoll` holds the frames to recognise first, oldest first, this frame included. */
  | { type: "start"; preRoll: Int16Array[] }
  /** Speech is over; this frame is its last. */
  | { type: "end"; reason: "silence" | "too-long" };

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
  /** Silence that ends an utterance. */
  silenceMs?: number;
  /** Silence that ends it when the words so far are a complete command. */
  completeSilenceMs?: number;
  /** Length at which an utterance ends whatever is heard: loud steady noise may never sound like silence. */
  maximumMs?: number;
}

const defaults: Required<EndpointerSettings> = {
  sampleRate: 16_000,
  threshold: 0.5,
  keepThreshold: 0.35,
  startMs: 100,
  preRollMs: 600,
  silenceMs: 300,
  completeSilenceMs: 200,
  maximumMs: 15_000,
};

/**
 * Finds where an utterance begins and ends from the speech probability of each frame. All times are media times, counted
 * in samples, so that a burst of late packets gives the same result as a steady stream.
 */
export class Endpointer {
  readonly #settings: Required<EndpointerSettings>;
  #preRoll: Int16Array[] = [];
  #preRollSamples = 0;
  #speaking = false;
  #complete = false;
  #voicedSamples = 0;
  #silentSamples = 0;
  #utteranceSamples = 0;

  constructor(settings: EndpointerSettings = {}) {
    this.#settings = { ...defaults, ...settings };
  }

  /** Whether an utterance has started and not ended yet. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Milliseconds of silence at the end of what was heard so far; 0 outside an utterance. */
  get silenceMs(): number {
    return (this.#silentSamples / this.#settings.sampleRate) * 1000;
  }

  /** Tells whether the words recognised so far are a complete command, which makes a shorter silence enough. */
  setComplete(complete: boolean): void {
    this.#complete = complete;
  }

  /** Takes one frame and its speech probability (0 to 1); gives what it began or ended, if anything. */
  accept(pcm: Int16Array, probability: number): EndpointEvent | undefined {
    return this.#speaking ? this.#continue(pcm, probability) : this.#await(pcm, probability);
  }

  /** Forgets everything heard; the next frame is the first. */
  reset(): void {
    this.#preRoll = [];
    this.#preRollSamples = 0;
    this.#speaking = false;
    this.#complete = false;
    this.#voicedSamples = 0;
    this.#silentSamples = 0;
    this.#utteranceSamples = 0;
  }

  #await(pcm: Int16Array, probability: number): EndpointEvent | undefined {
    this.#keep(pcm);
    this.#voicedSamples = probability >= this.#settings.threshold ? this.#voicedSamples + pcm.length : 0;
    if (this.#voicedSamples === 0 || this.#voicedSamples < this.#samples(this.#settings.startMs)) return undefined;
    const event: EndpointEvent = { type: "start", preRoll: this.#preRoll };
    this.#utteranceSamples = this.#preRollSamples;
    this.#preRoll = [];
    this.#preRollSamples = 0;
    this.#speaking = true;
    return event;
  }

  #continue(pcm: Int16Array, probability: number): EndpointEvent | undefined {
    const { keepThreshold, completeSilenceMs, silenceMs, maximumMs } = this.#settings;
    this.#utteranceSamples += pcm.length;
    // A detector gives one value for a frame, so speech ended, on average, in the middle of the last frame with voice.
    const before = this.#silentSamples === 0 ? pcm.length / 2 : this.#silentSamples;
    this.#silentSamples = probability >= keepThreshold ? 0 : before + pcm.length;
    const enough = this.#complete ? Math.min(completeSilenceMs, silenceMs) : silenceMs;
    if (this.#silentSamples > 0 && this.#silentSamples >= this.#samples(enough)) return this.#end("silence");
    if (this.#utteranceSamples >= this.#samples(maximumMs)) return this.#end("too-long");
    return undefined;
  }

  #end(reason: "silence" | "too-long"): EndpointEvent {
    this.reset();
    return { type: "end", reason };
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
