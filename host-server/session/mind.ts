import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { Dialogue } from "../pipeline/history/dialogue.ts";
import { RollingSummary } from "../pipeline/history/rolling-summary.ts";
import type { Llm, Talker } from "../providers/llm.ts";
import type { SessionSettings } from "./session-options.ts";

/** What a session's mind is made of. */
export interface MindOptions {
  /** The server's model. */
  readonly llm: Llm;
  readonly talker: Talker;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who answers in one session, and what it remembers of the conversation. */
export class Mind {
  /** The model, which may know this conversation from others. */
  readonly llm: Llm;
  readonly dialogue: Dialogue;
  readonly #summary: RollingSummary;
  readonly #settings: SessionSettings;

  constructor({ llm, talker, settings, clock, log }: MindOptions) {
    this.#settings = settings;
    this.llm = llm.converse?.(talker) ?? llm;
    this.dialogue = new Dialogue({ prompt: settings.prompt, maxTokens: settings.historyTokens });
    // A summary is no part of the conversation.
    this.#summary = new RollingSummary({
      llm,
      dialogue: this.dialogue,
      clock,
      log,
      timeoutMs: settings.limits.firstTokenMs,
    });
  }

  /** Whether an answer may be begun before it is sure that it is wanted: nothing is left of one that is not. */
  get speculates(): boolean {
    return this.#settings.speculates && !this.llm.keepsHistory;
  }

  /** Somebody speaks: nothing else may keep the model busy. */
  attend(): void {
    this.#summary.stop();
  }

  /** It is quiet: what the dialogue is about to forget may be summed up. A model that keeps the conversation forgets nothing. */
  rest(): void {
    if (this.#settings.sumsUp && !this.llm.keepsHistory) this.#summary.begin();
  }

  /** The conversation is over. */
  close(): void {
    this.#summary.stop();
  }
}
