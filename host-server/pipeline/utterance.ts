import type { Outlook } from "../intent/outlook.ts";
import { Queue } from "../queue.ts";

/** How an utterance ended. */
export interface UtteranceEnd {
  /** When the server noticed, ms since the epoch. */
  readonly at: number;
  /** Media time from the last speech to the end: the silence that was waited for; 0 when the device said stop. */
  readonly silenceMs: number;
}

/** Told what will probably be all of the words, and undefined when there is more after all. */
export type GuessListener = (text: string | undefined) => void;

/** Silence, ms, after which words of unknown outlook are probably all. */
const PROBABLE_END_MS = 200;

/** One stretch of speech: its frames while they come, the words so far, and its end. */
export class Utterance {
  /** 16 kHz mono, in order. */
  readonly frames = new Queue<Int16Array>();
  readonly #discard = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #listeners = new Set<GuessListener>();
  #end: UtteranceEnd | undefined;
  #partial = "";
  #outlook: Outlook = "unknown";
  #silenceMs = 0;
  #guess: string | undefined;

  /** Aborts when the utterance is not wanted any more. */
  get discarded(): AbortSignal {
    return this.#discard.signal;
  }

  /** undefined until the utterance has ended. */
  get end(): UtteranceEnd | undefined {
    return this.#end;
  }

  /** Resolves when all frames are there; never for an utterance that was discarded. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The words recognised so far. */
  get partial(): string {
    return this.#partial;
  }

  /** What may follow the words so far. */
  get outlook(): Outlook {
    return this.#outlook;
  }

  /** Whether the words so far are a command as they stand. */
  get isComplete(): boolean {
    return this.#outlook === "complete" || this.#outlook === "extendable";
  }

  /** Media time of silence at the end of what was heard so far, ms. */
  get silenceMs(): number {
    return this.#silenceMs;
  }

  /**
   * The words that will probably be all: those of a complete command once the voice falls silent, others after more
   * silence; undefined before, and again when the voice goes on. What is prepared for them must have no effect until the
   * utterance has ended with the same words.
   */
  get guess(): string | undefined {
    return this.#guess;
  }

  /** Has a listener told of each change of `guess`, first of the present one if there is one; gives what ends that. */
  onGuess(listener: GuessListener): () => void {
    this.#listeners.add(listener);
    if (this.#guess !== undefined) listener(this.#guess);
    return () => this.#listeners.delete(listener);
  }

  /** Takes the words recognised so far. */
  setWords(partial: string, outlook: Outlook): void {
    this.#partial = partial;
    this.#outlook = outlook;
    this.#reconsider();
  }

  /** Takes the length of the silence so far; 0 when the voice goes on. */
  setSilence(silenceMs: number): void {
    this.#silenceMs = silenceMs;
    this.#reconsider();
  }

  /** All frames are there. */
  finish(end: UtteranceEnd): void {
    this.#end ??= end;
    this.frames.close();
    this.#ended.resolve();
  }

  /** Forgets the utterance: it leads to nothing. */
  discard(): void {
    this.frames.clear();
    this.#tell(undefined);
    this.#discard.abort();
  }

  #reconsider(): void {
    if (this.#end || this.discarded.aborted) return;
    const enough = this.isComplete ? this.#silenceMs > 0 : this.#silenceMs >= PROBABLE_END_MS;
    const isProbable = this.#partial !== "" && this.#outlook !== "unfinished" && enough;
    this.#tell(isProbable ? this.#partial : undefined);
  }

  #tell(guess: string | undefined): void {
    if (guess === this.#guess) return;
    this.#guess = guess;
    for (const listener of [...this.#listeners]) listener(guess);
  }
}
