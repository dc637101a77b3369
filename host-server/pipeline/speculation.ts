import type { Message, ToolSpec } from "../providers/llm.ts";
import { Draft, type DraftOptions } from "./draft.ts";
import type { TurnCounters } from "./turn-counters.ts";

/** Somebody who hesitates must not cost an answer for each word. */
const MAX_DRAFTS = 3;

/** What speculation needs. */
export interface SpeculationOptions extends Pick<DraftOptions, "llm" | "tts"> {
  readonly counters: TurnCounters;
  /** What the model would be given for these words now. */
  readonly messagesFor: (words: string) => readonly Message[];
  readonly tools: () => readonly ToolSpec[];
}

/** The draft of a turn's answer: begun when the user has probably finished, thrown away when there is more after all. */
export class Speculation {
  readonly #options: SpeculationOptions;
  #draft: Draft | undefined;
  #made = 0;

  constructor(options: SpeculationOptions) {
    this.#options = options;
  }

  /** Takes the words that are probably all; undefined when the user goes on. */
  guess(words: string | undefined): void {
    if (words === this.#draft?.words) return;
    this.drop();
    if (words === undefined || this.#made >= MAX_DRAFTS) return;
    this.#made++;
    const { llm, tts, messagesFor, tools } = this.#options;
    this.#draft = new Draft({ llm, tts, words, messages: messagesFor(words), tools: tools() });
  }

  /** Now it is sure: gives the draft if it answers these messages, and throws it away otherwise. */
  use(messages: readonly Message[]): Draft | undefined {
    const draft = this.#draft;
    if (!draft?.fits(messages, this.#options.tools())) {
      this.drop();
      return undefined;
    }
    this.#draft = undefined;
    this.#options.counters.speculation("used");
    return draft;
  }

  /** Throws the draft away, if there is one. */
  drop(): void {
    if (!this.#draft) return;
    this.#draft.discard();
    this.#draft = undefined;
    this.#options.counters.speculation("discarded");
  }
}
