import type { Clock } from "../../protocol/clock.ts";
import { AsrError } from "../errors.ts";
import type { Outlook } from "../intent/outlook.ts";
import type { Asr } from "../providers/asr.ts";
import type { ToolSpec } from "../providers/llm.ts";
import { within } from "../time-limit.ts";
import type { Utterance } from "./utterance.ts";
import type { Speaker } from "./voice/speaker.ts";

/** What hearing needs besides the utterance. */
export interface HearOptions {
  readonly asr: Asr;
  readonly clock: Clock;
  /** ms that the recogniser may take after the end of speech. */
  readonly timeoutMs: number;
  /** What the user could ask for. */
  readonly tools: readonly ToolSpec[];
  /** What may follow the words so far, so that less or more silence is waited for. */
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
  /** Hears along who it is. */
  readonly speaker?: Speaker | undefined;
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
  const { clock, timeoutMs: ms } = options;
  const own = new AbortController();
  const gone = Promise.withResolvers<string>();
  const stop = () => {
    own.abort(signal.reason);
    gone.resolve("");
  };
  if (signal.aborted) return "";
  signal.addEventListener("abort", stop, { once: true });
  const error = () => new AsrError("asr-timeout", `no words came within ${ms} ms of the end of speech`);
  const words = recognise(utterance, options, own.signal);
  const late = utterance.ended.then(() => within(words, { clock, ms, error }));
  // Whichever comes first decides; nobody waits for a recogniser that hangs.
  late.catch(() => own.abort());
  try {
    return await Promise.race([words, late, gone.promise]);
  } catch (cause) {
    if (signal.aborted) return "";
    if (cause instanceof AsrError) throw cause;
    throw new AsrError("asr-failed", `the recogniser failed: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function recognise(utterance: Utterance, options: HearOptions, signal: AbortSignal): Promise<string> {
  const { asr, tools, outlookOf, speaker } = options;
  const frames = speaker?.overhear(utterance.frames, signal) ?? utterance.frames;
  let heard = "";
  for await (const transcript of asr.transcribe(frames, { tools }, signal)) {
    if (signal.aborted) return "";
    const { text, final, isUnclear } = transcript;
    if (typeof text !== "string") throw new AsrError("asr-garbled", `expected words, got ${typeof text}`);
    const words = text.trim() === "" && isUnclear ? UNCLEAR : text;
    if (final) heard = words;
    else utterance.setWords(words, outlookOf(text, tools));
  }
  return signal.aborted ? "" : heard.trim();
}
