import type { Outlook } from "../intent/outlook.ts";
import type { Asr } from "../providers/asr.ts";
import type { ToolSpec } from "../providers/llm.ts";
import type { Utterance } from "./utterance.ts";

/** What hearing needs besides the utterance. */
export interface HearOptions {
  readonly asr: Asr;
  /** What the user could ask for. */
  readonly tools: readonly ToolSpec[];
  /** What may follow the words so far, so that less or more silence is waited for. */
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
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
  const { asr, tools, outlookOf } = options;
  let heard = "";
  for await (const { text, final, isUnclear } of asr.transcribe(utterance.frames, { tools }, signal)) {
    if (signal.aborted) return "";
    if (final) heard = text === "" && isUnclear ? UNCLEAR : text;
    else utterance.setWords(text, outlookOf(text, tools));
  }
  return signal.aborted ? "" : heard.trim();
}
