import { grammarFor } from "../../host-server/intent/grammar.ts";
import { wordsOf } from "../../host-server/intent/words.ts";
import type { Played } from "./play.ts";

/** What was right and wrong about one clip. */
export interface Verdict {
  readonly played: Played;
  /** A whole sentence without a pause: the answer to it should come at once. */
  readonly isComplete: boolean;
  /** ms from the last audible sample of the sentence to the first of the answer; undefined when it was cut short or not answered. */
  readonly latencyMs: number | undefined;
  /** ms of it until the server took the utterance for finished. */
  readonly endpointMs: number | undefined;
  /** An utterance was taken for finished before the speaker had. */
  readonly isCutShort: boolean;
  /** Something was taken for an utterance and answered while nobody spoke. */
  readonly isFalseStart: boolean;
  /** The words, or others for the same command with the same values. */
  readonly isRight: boolean;
  /** A sentence outside the grammar that became a command. */
  readonly isAccepted: boolean;
}

/** An end this much before the last audible sample is none: weak word ends are heard by nobody. */
const TOLERANCE_MS = 40;

/** Judges what came of a clip. */
export function judge(played: Played): Verdict {
  const { clip, heard, speechStart, speechEnd, answeredAt, computedMs } = played;
  const { kind, meant } = clip.sentence;
  const ended = heard.filter(({ endedAt }) => endedAt !== undefined);
  const words = ended.filter(({ text }) => text !== "");
  const isSpeech = kind !== "nothing";
  // What ended without words changes nothing for the speaker.
  const isCutShort =
    isSpeech && ended.some((utterance) => isAnswerable(utterance) && endOf(utterance) < speechEnd - TOLERANCE_MS);
  const isLate = answeredAt !== undefined && !isCutShort && isSpeech;
  const last = ended.at(-1);
  return {
    played,
    isComplete: kind === "command" || kind === "question" || kind === "talk",
    latencyMs: isLate ? answeredAt - speechEnd + computedMs : undefined,
    endpointMs: isSpeech && last && !isCutShort ? endOf(last) - speechEnd : undefined,
    isCutShort,
    isFalseStart: ended.some((utterance) => isAnswerable(utterance) && (!isSpeech || endOf(utterance) < speechStart)),
    isRight: meant !== "" && words.length === 1 && means(words[0]!.text, meant, played.tools),
    isAccepted: kind === "other" && words.length > 0,
  };
}

function endOf({ endedAt }: { endedAt: number | undefined }): number {
  return endedAt ?? Number.NaN;
}

function isAnswerable({ text, isUnclear }: { text: string; isUnclear: boolean }): boolean {
  return text !== "" || isUnclear;
}

function means(heard: string, meant: string, tools: Played["tools"]): boolean {
  const grammar = grammarFor(tools);
  const [is, should] = [grammar.understand(heard), grammar.understand(meant)];
  if (!should) throw new Error(`sentences.txt: "${meant}" is no sentence of the grammar`);
  if (wordsOf(heard).join(" ") === wordsOf(meant).join(" ")) return true;
  return is?.command === should.command && JSON.stringify(is.slots) === JSON.stringify(should.slots);
}
