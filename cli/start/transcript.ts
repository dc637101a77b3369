import type { TurnReport } from "../../host-server/pipeline/turn-report.ts";
import type { FromChild, Levels } from "./messages.ts";

type Answered = Extract<FromChild, { type: "answered" }>;

function row(name: string, text: string): string {
  return `  ${name.padEnd(8)} ${text}`;
}

/** What the server understood and did in one turn, for people. */
export function describeTurn({ heard, tools, said, stages, isInterrupted }: TurnReport): string {
  const { endpoint, asr, think = 0, tts = 0, firstFrame = 0 } = stages;
  return [
    row("heard", heard),
    ...tools.map(({ name, arguments: given, result }) => row("tool", `${name} ${JSON.stringify(given)} → ${result}`)),
    row("said", said + (isInterrupted ? " … (interrupted)" : "")),
    row("time", `silence ${endpoint} + words ${asr} + answer ${think} + voice ${tts} = first sound ${firstFrame} ms`),
  ].join("\n");
}

function change(name: string, before: number | undefined, after: number | undefined): string {
  if (after === undefined) return "";
  return before === after ? `${name} ${after} %` : `${name} ${before} → ${after} %`;
}

/** How the device changed by what was said. */
export function describeLevels(before: Levels, after: Levels): string {
  const parts = [
    change("volume", before.volume, after.volume),
    change("brightness", before.brightness, after.brightness),
  ];
  return row("device", parts.filter((part) => part !== "").join(", "));
}

/** What came out of the device's speaker. */
export function describeAnswer({ latencyMs, audibleMs, answerFile }: Answered): string {
  if (latencyMs === undefined) return row("sound", "nothing was audible");
  const seconds = (audibleMs / 1000).toFixed(1);
  return row("sound", `after ${Math.round(latencyMs)} ms, ${seconds} s long; listen to it: ${answerFile}`);
}
