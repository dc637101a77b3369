import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Figure, printFigures } from "./figures.ts";
import { comparePlaces, type PlaceTimes } from "./mcp/places.ts";
import { type McpRung, measure, percentiles, SUBJECTS, type Subject } from "./mcp/run.ts";

/** Asked before the bench holds itself to one of them. */
const CORES = availableParallelism();
const PAIRS = [1, 50, 500];
/** Calls a second, and the pairs that share them, for what a relay adds to a call. */
const RATE = 1_000;
const PAIRS_AT_RATE = 50;

const TITLES: { readonly [subject in Subject]: string } = {
  direct: "no relay",
  smallest: "smallest relay",
  ours: "MCP endpoint",
};

const HELP = `Usage: xiaozhi bench mcp [--pairs N,N…] [--json]

Assistants call tools through the MCP endpoint, through the smallest relay that can be written with the same library, which
reads nothing, and without one. First each as fast as it gets answers, then ${RATE} calls a second by all together. On Linux
with two cores the relay has one of its own, with the flags of Node that xiaozhi mcp-endpoint has, and assistants and tools
have the other. A relay is warmed up first, so that memory of a pair is not that of its code. Before all that, an assistant's calls of a tool on a simulated device, and of one behind its own endpoint.

  --pairs N,N…  numbers of assistants, with a tool each  [${PAIRS.join()}]
  --json        the figures as JSON`;

/** `xiaozhi bench mcp`: what the MCP endpoint carries on this machine. */
export async function run(args: string[]): Promise<number> {
  const options = {
    pairs: { type: "string", default: PAIRS.join() },
    json: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const counts = values.pairs.split(",").map(Number);
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 1 || count > 5_000)) {
    console.error(`xiaozhi bench mcp: --pairs: expected numbers from 1 to 5000, got "${values.pairs}"`);
    return 2;
  }
  // First: it is no load, and this process is held to one core for the rest.
  const places = await comparePlaces();
  const closed: McpRung[] = [];
  for (const count of counts) for (const subject of SUBJECTS) closed.push(await measure(subject, count));
  const paced: McpRung[] = [];
  for (const subject of SUBJECTS) paced.push(await measure(subject, PAIRS_AT_RATE, RATE));
  const ratios = counts.map((pairs) => ({ pairs, share: share(closed, pairs) }));
  const addedMs = { overNone: added(paced, "direct"), overSmallest: added(paced, "smallest") };
  if (values.json) {
    console.log(
      JSON.stringify(
        {
          node: process.version,
          cores: CORES,
          closed,
          paced,
          ratios,
          addedMs,
          places: { device: percentiles(places.device), endpoint: percentiles(places.endpoint) },
        },
        null,
        2,
      ),
    );
    return 0;
  }
  print({ counts, closed, paced, ratios, addedMs, places });
  return 0;
}

interface Outcome {
  readonly counts: readonly number[];
  readonly closed: readonly McpRung[];
  readonly paced: readonly McpRung[];
  readonly ratios: readonly { readonly pairs: number; readonly share: number }[];
  readonly addedMs: { readonly overNone: number; readonly overSmallest: number };
  readonly places: PlaceTimes;
}

function print({ counts, closed, paced, ratios, addedMs, places }: Outcome): void {
  for (const count of counts) printFigures(`${count} pairs`, figures(closed.filter(({ pairs }) => pairs === count)));
  printFigures(`${RATE} calls a second by ${PAIRS_AT_RATE} pairs`, figures(paced));
  printFigures("MCP endpoint", [
    ...ratios.map(({ pairs, share: part }) => ({
      name: `of the smallest relay's calls, ${pairs} pairs`,
      value: `${part.toFixed(0)} %`,
      target: "≥ 80 %",
    })),
    {
      name: "added to a call, p50, over the smallest relay",
      value: `${addedMs.overSmallest.toFixed(3)} ms`,
      target: "≤ 0.1 ms",
    },
    { name: "  over no relay, two more connections", value: `${addedMs.overNone.toFixed(3)} ms` },
  ]);
  printFigures("A tool called by the assistant, p50 / p99, ms", placeFigures(places));
}

function placeFigures({ device, endpoint }: PlaceTimes): Figure[] {
  const shown = (ms: readonly number[]) =>
    percentiles(ms)
      .map((value) => value.toFixed(2))
      .join(" / ");
  return [
    { name: "on a device", value: shown(device) },
    { name: "behind the server's endpoint", value: shown(endpoint), target: "≤ 10 added" },
  ];
}

/** Calls a second of ours, in percent of those of the smallest. */
function share(rungs: readonly McpRung[], pairs: number): number {
  const of = (subject: Subject) => rungs.find((rung) => rung.pairs === pairs && rung.subject === subject);
  return (100 * (of("ours")?.callsPerSecond ?? Number.NaN)) / (of("smallest")?.callsPerSecond ?? Number.NaN);
}

/** ms that ours takes more than another, p50. */
function added(rungs: readonly McpRung[], other: Subject): number {
  const of = (subject: Subject) => rungs.find((rung) => rung.subject === subject)?.roundTripMs[0] ?? Number.NaN;
  return of("ours") - of(other);
}

function figures(rungs: readonly McpRung[]): Figure[] {
  return rungs.flatMap(
    ({ subject, callsPerSecond, roundTripMs: [p50, p99], cpuPercent, rssKibPerPair, loadCpuPercent }) => [
      { name: `${TITLES[subject]}: calls a second`, value: callsPerSecond.toFixed(0) },
      { name: "  round trip p50 / p99", value: `${p50.toFixed(2)} / ${p99.toFixed(2)} ms` },
      { name: "  CPU, of the bench itself", value: `${cpuPercent.toFixed(0)} %, ${loadCpuPercent.toFixed(0)} %` },
      { name: "  memory of a pair", value: `${rssKibPerPair.toFixed(0)} KiB` },
    ],
  );
}
