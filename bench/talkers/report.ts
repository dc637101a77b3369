import { type Figure, percentile } from "../figures.ts";
import { stolenFigures } from "../machine/stolen.ts";
import type { Result, Step } from "./run.ts";

function arrivalsOf({ arrivalsMs, withMicrophones }: Step): string {
  const arrivals = arrivalsMs === 0 ? "at once" : `over ${arrivalsMs / 1000} s`;
  return withMicrophones ? `${arrivals}, microphones on` : arrivals;
}

/** `5`, or `5 62 %, 3 38 %` when there was not time for the best all along. */
function levelsOf(levels: Result["levels"]): string {
  const shares = Object.entries(levels).sort(([, a], [, b]) => b - a);
  if (shares.length === 1) return (shares[0] as [string, number])[0];
  return shares.map(([level, share]) => `${level} ${Math.round(share * 100)} %`).join(", ");
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A step in one line of JSON. */
export function toJson({ step, firstAudioMs, overheadMs, gapsMs, pagesMs, ...result }: Result): object {
  return {
    talkers: step.talkers,
    arrivals: arrivalsOf(step),
    first_audio_p50_ms: round(percentile(firstAudioMs, 0.5)),
    first_audio_p95_ms: round(percentile(firstAudioMs, 0.95)),
    overhead_p95_ms: round(percentile(overheadMs, 0.95)),
    gap_p99_ms: round(percentile(gapsMs, 0.99)),
    gap_max_ms: round(percentile(gapsMs, 1)),
    late_frames: result.lateFrames,
    ...(pagesMs.length > 0 && { pages: pagesMs.length, page_p95_ms: round(percentile(pagesMs, 0.95)) }),
    rss_mb: round(result.rssBytes / 1024 / 1024),
    cpu_percent: round(result.cpuPercent),
    ...(!Number.isNaN(result.stolenPercent) && { stolen_percent: round(result.stolenPercent) }),
    codec: result.codec,
    complexity: levelsOf(result.levels),
  };
}

/** What a step is called. */
export function title(step: Step): string {
  return `${step.talkers} ${step.talkers === 1 ? "talker" : "talkers"}, ${arrivalsOf(step)}`;
}

/** A step as a table. */
export function figures(result: Result): Figure[] {
  const ms = (values: readonly number[], share: number) => percentile(values, share).toFixed(0);
  const { firstAudioMs, overheadMs, gapsMs, step } = result;
  return [
    { name: "question to first sound, p50 / p95 ms", value: `${ms(firstAudioMs, 0.5)} / ${ms(firstAudioMs, 0.95)}` },
    {
      name: "  of it the server's own, p50 / p95 ms",
      value: `${ms(overheadMs, 0.5)} / ${ms(overheadMs, 0.95)}`,
      target: step.arrivalsMs > 0 ? "p95 ≤ 25" : "p95 ≤ 60 of 30",
    },
    { name: "between frames, p99 / worst ms", value: `${ms(gapsMs, 0.99)} / ${ms(gapsMs, 1)}`, target: "p99 ≤ 75" },
    { name: "frames too late to be played", value: String(result.lateFrames), target: "0" },
    ...(result.unanswered > 0 ? [{ name: "talkers without a whole answer", value: String(result.unanswered) }] : []),
    ...(result.pagesMs.length > 0
      ? [
          {
            name: `${result.pagesMs.length} pages of the console, p95 ms`,
            value: ms(result.pagesMs, 0.95),
            target: "≤ 150",
          },
        ]
      : []),
    ...(levelsOf(result.levels) === "" ? [] : [{ name: "Opus complexity", value: levelsOf(result.levels) }]),
    ...(Number.isNaN(result.cpuPercent) ? [] : usageFigures(result)),
    ...stolenFigures(result.stolenPercent),
  ];
}

function usageFigures({ cpuPercent, rssBytes, rssPerSessionBytes }: Result): Figure[] {
  return [
    { name: "CPU, % of a core", value: cpuPercent.toFixed(0) },
    { name: "memory, MB", value: (rssBytes / 1024 / 1024).toFixed(0) },
    { name: "  more by each session, KiB", value: (rssPerSessionBytes / 1024).toFixed(0), target: "≤ 350" },
  ];
}
