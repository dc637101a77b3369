import { lastAudible } from "../../simulator/audio/level.ts";
import { percentile } from "../embedded/table.ts";
import type { Decision } from "./detector.ts";
import { type Labelled, SAMPLE_RATE } from "./labelled-set.ts";

/** What the detector made of one recording. */
export interface Outcome {
  readonly labelled: Labelled;
  /** The turn was taken for finished in time after the last sound. */
  readonly isEnded: boolean;
  /** It was taken for finished before the last sound. */
  readonly isCutOff: boolean;
  /** ms from the last sound to the decision; undefined when there was none, or it came before. */
  readonly latencyMs: number | undefined;
}

/** Figures of a set. "Positive" is a turn taken for finished. */
export interface Score {
  readonly recordings: number;
  readonly complete: number;
  readonly incomplete: number;
  readonly accuracy_percent: number;
  readonly precision_percent: number;
  readonly recall_percent: number;
  readonly f1_percent: number;
  /** Recordings in which the speaker was cut off: within the recording, or after an unfinished one. */
  readonly false_cut_off_percent: number;
  readonly latency_p50_ms: number;
  readonly latency_p95_ms: number;
}

/** A decision this much before the last sound cuts nobody off: weak word ends are heard by nobody. */
const TOLERANCE_MS = 40;

/** Compares decisions with a label. `patienceMs` after the last sound a turn must have ended, or counts as open. */
export function outcomeOf(
  labelled: Labelled,
  pcm: Int16Array,
  decisions: readonly Decision[],
  patienceMs: number,
): Outcome {
  const endMs = labelled.endMs ?? ((lastAudible(pcm) + 1) * 1_000) / SAMPLE_RATE;
  const isCutOff = decisions.some(({ atMs }) => atMs < endMs - TOLERANCE_MS);
  const last = decisions.find(({ atMs }) => atMs >= endMs - TOLERANCE_MS);
  const latencyMs = last && !isCutOff ? Math.max(0, last.atMs - endMs) : undefined;
  return { labelled, isCutOff, latencyMs, isEnded: latencyMs !== undefined && latencyMs <= patienceMs };
}

/** Puts outcomes into figures. */
export function scoreOf(outcomes: readonly Outcome[]): Score {
  const complete = outcomes.filter(({ labelled }) => labelled.isComplete);
  const incomplete = outcomes.filter(({ labelled }) => !labelled.isComplete);
  const right = complete.filter(({ isEnded }) => isEnded);
  const wrong = incomplete.filter(({ isEnded, isCutOff }) => isEnded || isCutOff);
  const cutOff = outcomes.filter(({ labelled, isEnded, isCutOff }) => isCutOff || (!labelled.isComplete && isEnded));
  const open = incomplete.length - wrong.length;
  const [precision, recall] = [share(right.length, right.length + wrong.length), share(right.length, complete.length)];
  const latencies = right.flatMap(({ latencyMs }) => latencyMs ?? []);
  return {
    recordings: outcomes.length,
    complete: complete.length,
    incomplete: incomplete.length,
    accuracy_percent: share(right.length + open, outcomes.length),
    precision_percent: precision,
    recall_percent: recall,
    f1_percent: precision + recall === 0 ? 0 : Math.round((20 * precision * recall) / (precision + recall)) / 10,
    false_cut_off_percent: share(cutOff.length, outcomes.length),
    latency_p50_ms: Math.round(percentile(latencies, 50)),
    latency_p95_ms: Math.round(percentile(latencies, 95)),
  };
}

function share(count: number, of: number): number {
  return of === 0 ? 0 : Math.round((1_000 * count) / of) / 10;
}
