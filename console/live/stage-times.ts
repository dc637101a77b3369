import type { TurnStages } from "../../host-server/console/contract/live.ts";

/** In the order in which they come; each begins where the one before ended. The last two are since the end of speech. */
const STAGES = ["endpoint", "asr", "think", "tts", "firstFrame", "total"] as const;
const FROM_THE_BEGINNING: ReadonlySet<string> = new Set(["firstFrame", "total"]);
const COLOURS = ["#7a8f3a", "#2c7fb8", "#8856a7", "#c2570c", "#1f8a5b", "#8a8f94"];

/** A stage of a turn: from when until when it took, in ms since the end of speech. */
export interface Bar {
  readonly stage: string;
  readonly from: number;
  readonly until: number;
  readonly colour: string;
}

/** Bars of the stages that a turn has had, from the end of speech on. */
export function barsOf(stages: TurnStages): readonly Bar[] {
  const bars: Bar[] = [];
  let from = 0;
  for (const [index, stage] of STAGES.entries()) {
    const ms = stages[stage];
    if (ms === undefined) continue;
    const until = FROM_THE_BEGINNING.has(stage) ? ms : from + ms;
    bars.push({ stage, from: Math.min(from, until), until, colour: COLOURS[index] ?? "gray" });
    from = Math.max(from, until);
  }
  return bars;
}
