import { type Clock, calendarTime } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import type { Memory } from "../../memory/memory.ts";
import { Dialogue } from "../../pipeline/history/dialogue.ts";
import { RollingSummary } from "../../pipeline/history/rolling-summary.ts";
import { Speakers } from "../../pipeline/voice/speaker.ts";
import { SystemPrompt } from "../../prompt/system-prompt.ts";
import type { Llm, Talker } from "../../providers/llm.ts";
import type { Voiceprint } from "../../providers/voiceprint.ts";
import type { SessionSettings } from "../session-options.ts";
import type { Recollection } from "./recollection.ts";

/** What a session's mind is made of. */
export interface MindOptions {
  /** The server's model. */
  readonly llm: Llm;
  /** Knows people by their voices, where somebody does. */
  readonly voiceprint?: Voiceprint | undefined;
  readonly talker: Talker;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** What keeps the conversation for later ones; undefined for nothing. */
  readonly memory: Memory | undefined;
  /** What is known of the device before; undefined for nothing. */
  readonly recollection: Recollection | undefined;
  /** Minutes east of UTC where the device is. */
  readonly timezoneMinutes: () => number;
}

/** Who answers in one session, and what it remembers of the conversation. */
export class Mind {
  /** The model, which may know this conversation from others. */
  readonly llm: Llm;
  readonly dialogue: Dialogue;
  /** Who speaks, where voices are known. */
  readonly speakers: Speakers | undefined;
  readonly #summary: RollingSummary;
  readonly #options: MindOptions;
  readonly #settings: SessionSettings;

  constructor(options: MindOptions) {
    const { llm, voiceprint, talker, settings, clock, log } = options;
    this.#options = options;
    this.#settings = settings;
    this.llm = llm.converse?.(talker) ?? llm;
    this.dialogue = this.#begin();
    this.speakers = voiceprint && new Speakers({ voiceprint, clock, log });
    // A summary is no part of the conversation.
    this.#summary = new RollingSummary({
      llm,
      dialogue: this.dialogue,
      clock,
      log,
      timeoutMs: settings.limits.firstTokenMs,
    });
  }

  #begin(): Dialogue {
    const { settings, talker, clock, timezoneMinutes, recollection } = this.#options;
    const prompt = new SystemPrompt(settings.promptTemplate, () => ({
      now: calendarTime(clock),
      timezoneMinutes: timezoneMinutes(),
      deviceId: talker.deviceId,
      memory: recollection?.memory ?? "",
      context: recollection?.context ?? "",
    }));
    const { speakersNote } = settings;
    const render = (text: string) => prompt.render(text) + speakersNote;
    return new Dialogue({ prompt: settings.prompt, render, maxTokens: settings.historyTokens });
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
    const { memory, talker, log } = this.#options;
    const { conversation } = this.dialogue;
    if (!memory || conversation.length === 0) return;
    memory.keep(talker.deviceId, conversation).catch((error: unknown) => {
      log.warn({ error }, "the conversation is not remembered");
    });
  }
}
