import type { Clock } from "../../../protocol/clock.ts";
import { joinSamples } from "../../audio/join.ts";
import { StageError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Voiceprint } from "../../providers/voiceprint.ts";
import { within } from "../../time-limit.ts";

const SAMPLE_RATE = 16_000;
/** Sound that is enough to know a voice by: who speaks longer is known before the words are. */
const ENOUGH_SAMPLES = 2 * SAMPLE_RATE;
/** With less nobody is known. */
const LEAST_SAMPLES = SAMPLE_RATE / 2;
/** ms after which nobody wants to know any more. */
const LIMIT_MS = 10_000;

export interface SpeakersOptions {
  readonly voiceprint: Voiceprint;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who speaks in one session. */
export class Speakers {
  readonly #options: SpeakersOptions;
  /** Whom the model has met. */
  readonly #introduced = new Set<string>();

  constructor(options: SpeakersOptions) {
    this.#options = options;
  }

  /** Whoever says the next utterance. */
  next(): Speaker {
    return new Speaker(this.#options, this.#introduced);
  }
}

/**
 * Whoever says one utterance. Who that is is found out beside the words and never waited for: a name that comes late is not
 * used.
 */
export class Speaker {
  readonly #options: SpeakersOptions;
  readonly #introduced: Set<string>;
  #pieces: Int16Array[] = [];
  #samples = 0;
  #isAsked = false;
  #name: string | undefined;
  #told: { readonly words: string; readonly name: string | undefined } | undefined;

  constructor(options: SpeakersOptions, introduced: Set<string>) {
    this.#options = options;
    this.#introduced = introduced;
  }

  /** The frames as they are, heard on their way. */
  async *overhear(frames: AsyncIterable<Int16Array>, signal: AbortSignal): AsyncGenerator<Int16Array, void, undefined> {
    for await (const pcm of frames) {
      if (!this.#isAsked) this.#pieces.push(pcm);
      this.#samples += pcm.length;
      if (this.#samples >= ENOUGH_SAMPLES) this.#ask(signal);
      yield pcm;
    }
    if (this.#samples >= LEAST_SAMPLES) this.#ask(signal);
  }

  /** Who it is, for a report; nothing while that is not known. */
  get named(): { readonly speaker?: string } {
    return this.#name === undefined ? {} : { speaker: this.#name };
  }

  /**
   * The words as the model is told them: with the speaker's name, as `{"speaker":…,"content":…}`, where it is the first time
   * that it hears of them. The same words stay the same, so that what was begun with them is not lost.
   */
  tell(words: string): string {
    if (this.#told?.words !== words) this.#told = { words, name: this.#name };
    const { name } = this.#told;
    if (name === undefined || this.#introduced.has(name)) return words;
    return JSON.stringify({ speaker: name, content: words });
  }

  /** As `tell`, of words that are said: from now on the model knows who it is. */
  introduce(words: string): string {
    const told = this.tell(words);
    if (this.#told?.name !== undefined) this.#introduced.add(this.#told.name);
    return told;
  }

  #ask(signal: AbortSignal): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const { voiceprint, clock, log } = this.#options;
    const pcm = joinSamples(this.#pieces);
    this.#pieces = [];
    const error = (ms: number) => new StageError("voiceprint-timeout", `nobody was known within ${ms} ms`);
    within(voiceprint.identify(pcm, signal), { clock, ms: LIMIT_MS, error }).then(
      (name) => {
        this.#name = name;
      },
      (error: unknown) => {
        if (!signal.aborted) log.warn({ error }, "who speaks is not known");
      },
    );
  }
}
