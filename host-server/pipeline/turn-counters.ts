/** What may fail in a turn. */
export type FailingStage = "vad" | "asr" | "llm" | "tool" | "tts";

/** How an answer was interrupted: by the device's message, by new words, or by a voice. */
export type Interruption = "abort" | "words" | "voice";

/** Counts what happens in the turns of a server. Nothing here throws or waits. */
export interface TurnCounters {
  /** The end of speech was taken too early: the user went on speaking. */
  cutOff(): void;
  /** Something was taken for the beginning of speech, and held no words. */
  falseStart(): void;
  interruption(by: Interruption): void;
  /** Work that was begun before the end of speech was sure. */
  speculation(outcome: "used" | "discarded"): void;
  /** A stage failed, hung or gave garbage; `code` is that of its error. */
  failure(stage: FailingStage, code: string): void;
  /** A frame of sound came from a device, or went to one. */
  frame(direction: "up" | "down"): void;
}

/** Counts nothing. */
export const uncounted: TurnCounters = Object.freeze({
  cutOff: () => {},
  falseStart: () => {},
  interruption: () => {},
  speculation: () => {},
  failure: () => {},
  frame: () => {},
});

/** The code of an error, for counters: `unknown` for those that have none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
