import type { Asr } from "../providers/asr.ts";
import type { ToolSpec } from "../providers/llm.ts";
import type { Utterance } from "./utterance.ts";

/** What hearing needs besides the utterance. */
export interface HearOptions {
  readonly asr: Asr;
  /** What the user could ask for. */
  readonly tools: readonly ToolSpec[];
  /** Whether a text is a complete command, so that less silence is enough to act on it. */
  readonly isCompleteCommand: (text: string, tools: readonly ToolSpec[]) => boolean;
}

/** Stands for words that nobody could make out: what the device shows, and what makes a model ask again. */
export const UNCLEAR = "…";

/**
 * The words of an utterance; `UNCLEAR` when somebody spoke but nothing was understood, empty when nobody did or the
 * utterance was discarded.
 *
 * @throws AsrError
 */
export async function hear(utterance: Utterance, options: HearOptions, signal: AbortSignal): Promise<string> {
  const { asr, tools, isCompleteCommand } = options;
  let heard = "";
  for await (const { text, final, isUnclear } of asr.transcribe(utterance.frames, { tools }, signal)) {
    if (signal.aborted) return "";
    if (final) heard = text === "" && isUnclear ? UNCLEAR : text;
    else utterance.isComplete = isCompleteCommand(text, tools);
  }
  return signal.aborted ? "" : heard.trim();
}
