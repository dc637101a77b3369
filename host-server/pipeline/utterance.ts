import { Queue } from "../queue.ts";

/** How an utterance ended. */
export interface UtteranceEnd {
  /** When the server noticed, ms since the epoch. */
  readonly at: number;
  /** Media time from the last speech to the end: the silence that was waited for; 0 when the device said stop. */
  readonly silenceMs: number;
}

/** One stretch of speech: its frames while they come, and its end. */
export class Utterance {
  /** 16 kHz mono, in order. */
  readonly frames = new Queue<Int16Array>();
  readonly #discard = new AbortController();
  #end: UtteranceEnd | undefined;
  /** Whether the words so far are a complete command, which makes a shorter silence enough. */
  isComplete = false;

  /** Aborts when the utterance is not wanted any more. */
  get discarded(): AbortSignal {
    return this.#discard.signal;
  }

  /** undefined until the utterance has ended. */
  get end(): UtteranceEnd | undefined {
    return this.#end;
  }

  /** All frames are there. */
  finish(end: UtteranceEnd): void {
    this.#end ??= end;
    this.frames.close();
  }

  /** Forgets the utterance: it leads to nothing. */
  discard(): void {
    this.frames.clear();
    this.#discard.abort();
  }
}
