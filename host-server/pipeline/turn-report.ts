import type { JsonObject } from "../../protocol/json.ts";
import type { TokenUsage } from "../providers/llm.ts";

/** ms that the stages of a turn took. A stage that was not reached is absent. */
export interface TurnStages {
  /** Silence after the last speech until the utterance was taken as finished; 0 for text and for a device's stop. */
  readonly endpoint: number;
  /** From there to the words. */
  readonly asr: number;
  /** From the words to the first sentence to speak, tools included. */
  readonly think?: number;
  /** From that sentence to its first sound. */
  readonly tts?: number;
  /** From the last speech to the first frame: what the user waits for. */
  readonly firstFrame?: number;
  /** From the last speech to the end of the turn. */
  readonly total: number;
}

/** A tool call and what came of it. */
export interface ToolUse {
  readonly name: string;
  readonly arguments: JsonObject;
  /** Text as the model got it. */
  readonly result: string;
}

/** What happened in one turn. */
export interface TurnReport {
  /** Number of the turn in its session, from 1. */
  readonly turn: number;
  /** Id of its trace; undefined for a turn that was not traced. */
  readonly trace?: string | undefined;
  /** Id of the session. */
  readonly session: string;
  /** Id of the device. */
  readonly device: string;
  readonly heard: string;
  /** Name of whoever has said it, where the voice is known. */
  readonly speaker?: string;
  readonly tools: readonly ToolUse[];
  /** The sentences whose sound was sent, joined by spaces. */
  readonly said: string;
  readonly stages: TurnStages;
  /** When the utterance was taken as finished, ms since the epoch; undefined for text. */
  readonly endedAt: number | undefined;
  /** What the model's answers cost, from models that say so. */
  readonly tokens?: TokenUsage;
  /** True when nobody has said what was answered: the server's own goodbye. */
  readonly isHidden?: true;
  /** Whether the user cut it short. */
  readonly isInterrupted: boolean;
}

type Mark = "speechEnd" | "utteranceEnd" | "words" | "sentence" | "sound" | "frame";

/** Notes when things happened in a turn; the first time counts. */
export class TurnTimes {
  readonly #now: () => number;
  readonly #marks = new Map<Mark, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  mark(mark: Mark, at = this.#now()): void {
    if (!this.#marks.has(mark)) this.#marks.set(mark, at);
  }

  /** When something happened first, ms since the epoch. */
  at(mark: Mark): number | undefined {
    return this.#marks.get(mark);
  }

  /** The stages as far as they came. */
  stages(): TurnStages {
    const think = this.#between("words", "sentence");
    const tts = this.#between("sentence", "sound");
    const firstFrame = this.#between("speechEnd", "frame");
    return {
      endpoint: this.#between("speechEnd", "utteranceEnd") ?? 0,
      asr: this.#between("utteranceEnd", "words") ?? 0,
      ...(think !== undefined && { think }),
      ...(tts !== undefined && { tts }),
      ...(firstFrame !== undefined && { firstFrame }),
      total: Math.round(this.#now() - (this.#marks.get("speechEnd") ?? this.#now())),
    };
  }

  #between(from: Mark, to: Mark): number | undefined {
    const start = this.#marks.get(from);
    const end = this.#marks.get(to);
    return start === undefined || end === undefined ? undefined : Math.round(end - start);
  }
}

/** The line of the log about a turn; what was said is in it only when it may be shown. */
export function summaryOf(report: TurnReport, showsWords: boolean): object {
  const { device, session, turn, trace, heard, said, tools, stages, tokens, isInterrupted } = report;
  const ids = { device, session: session.slice(0, 8), turn, ...(trace !== undefined && { trace }) };
  const words = showsWords ? { heard, said } : {};
  const names = tools.map(({ name }) => name);
  return { ...ids, ...stages, ...(tokens && { tokens }), tools: names, interrupted: isInterrupted, ...words };
}
