import { parseArgs } from "node:util";
import { type Figure, printFigures } from "./figures.ts";
import { measure, type Result, type Step } from "./talkers/run.ts";
import { SpeechBank } from "./talkers/speech-bank.ts";

const TALKERS = [1, 10, 30, 100, 200, 400];
const AT_ONCE = [30, 200];
const MICROPHONES = 200;
const ARRIVALS_MS = 10_000;

const HELP = `Usage: xiaozhi bench talkers [--talkers N,N…] [--arrivals MS] [--json]

Devices over WebSocket ask at once or one after another, and get answers of 5.4 s of speech. Model and voice are played by
HTTP servers that take 30 ms for a token and 100 ms for a sentence; overhead is what the server takes beyond that. On Linux
with two cores the server has one of its own.

  --talkers N,N…  numbers of talkers  [${TALKERS.join()}, ${AT_ONCE.join()} at once, ${MICROPHONES} with live microphones]
  --arrivals MS   time over which they begin; 0 is at once  [${ARRIVALS_MS}]
  --microphones   all devices send sound all the time
  --console DIR   two people page through the console meanwhile; DIR is one of console-lists --data
  --json          one JSON object for each step`;

/** `xiaozhi bench talkers`: how many conversations the server carries on this machine. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      talkers: { type: "string" },
      arrivals: { type: "string", default: String(ARRIVALS_MS) },
      microphones: { type: "boolean", default: false },
      console: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const counts = values.talkers?.split(",").map(Number);
  const arrivalsMs = Number(values.arrivals);
  const isCount = (count: number) => Number.isSafeInteger(count) && count >= 1 && count <= 9_000;
  if (counts?.some((count) => !isCount(count)) || !(arrivalsMs >= 0)) {
    console.error("xiaozhi bench talkers: --talkers: expected numbers from 1 to 9000; --arrivals: milliseconds");
    return 2;
  }
  const withMicrophones = values.microphones;
  const more = { withMicrophones, console: values.console };
  const steps = counts?.map((talkers) => ({ talkers, arrivalsMs, ...more })) ?? usualSteps(arrivalsMs);
  const bank = await SpeechBank.open();
  for (const step of steps) {
    const result = await measure(step, bank);
    if (values.json) console.log(JSON.stringify(toJson(result)));
    else printFigures(title(step), figures(result));
  }
  return 0;
}

function usualSteps(arrivalsMs: number): Step[] {
  return [
    ...TALKERS.map((talkers) => ({ talkers, arrivalsMs, withMicrophones: false })),
    ...AT_ONCE.map((talkers) => ({ talkers, arrivalsMs: 0, withMicrophones: false })),
    { talkers: MICROPHONES, arrivalsMs, withMicrophones: true },
  ];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

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

function toJson({ step, firstAudioMs, overheadMs, gapsMs, pagesMs, ...result }: Result): object {
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
    codec: result.codec,
    complexity: levelsOf(result.levels),
  };
}

function title(step: Step): string {
  return `${step.talkers} ${step.talkers === 1 ? "talker" : "talkers"}, ${arrivalsOf(step)}`;
}

function figures(result: Result): Figure[] {
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
    { name: "Opus complexity", value: levelsOf(result.levels) },
    { name: "CPU, % of a core", value: result.cpuPercent.toFixed(0) },
    { name: "memory, MB", value: (result.rssBytes / 1024 / 1024).toFixed(0) },
    { name: "  more by each session, KiB", value: (result.rssPerSessionBytes / 1024).toFixed(0), target: "≤ 350" },
  ];
}
