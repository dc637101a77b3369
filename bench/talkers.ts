import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Figure, printFigures } from "./figures.ts";
import { spentIn } from "./talkers/profile.ts";
import { figures, title, toJson } from "./talkers/report.ts";
import { measure, type Other, type Step } from "./talkers/run.ts";
import { SpeechBank } from "./talkers/speech-bank.ts";

const TALKERS = [1, 10, 30, 100, 200, 400];
const AT_ONCE = [30, 200];
const MICROPHONES = 200;
const ARRIVALS_MS = 10_000;
const MOCKS_PORT = 18_080;
/** Functions that a profile names. */
const MOST = 15;

const HELP = `Usage: xiaozhi bench talkers [--talkers N,N…] [--arrivals MS] [--json]

Devices over WebSocket ask at once or one after another, and get answers of 5.4 s of speech. Model and voice are played by
HTTP servers that take 30 ms for a token and 100 ms for a sentence; overhead is what the server takes beyond that. On Linux
with two cores the server has one of its own.

  --talkers N,N…  numbers of talkers  [${TALKERS.join()}, ${AT_ONCE.join()} at once, ${MICROPHONES} with live microphones]
  --arrivals MS   time over which they begin; 0 is at once  [${ARRIVALS_MS}]
  --microphones   all devices send sound all the time
  --console DIR   two people page through the console meanwhile; DIR is one of console-lists --data
  --profile DIR   notes where the server's main thread spends its time, and says the most of it; a file for each step
  --server URL    measures a server that runs already, of any make: its WebSocket address
  --mocks PORT    where that server expects the model (/v1/chat/completions) and the voice (/v1/audio/speech)  [${MOCKS_PORT}]
  --pid N         the process of that server, whose CPU and memory Linux tells
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
      profile: { type: "string" },
      server: { type: "string" },
      mocks: { type: "string", default: String(MOCKS_PORT) },
      pid: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const asked = read(values);
  if (typeof asked === "string") {
    console.error(`xiaozhi bench talkers: ${asked}`);
    return 2;
  }
  const bank = await SpeechBank.open();
  for (const step of asked) {
    const result = await measure(step, bank);
    if (values.json) console.log(JSON.stringify(toJson(result)));
    else printFigures(title(step), figures(result));
    if (step.profile !== undefined && !values.json) {
      printFigures(`Most time of the main thread: ${step.profile}`, await profileFigures(step.profile));
    }
  }
  return 0;
}

interface Given {
  readonly talkers?: string | undefined;
  readonly arrivals: string;
  readonly microphones: boolean;
  readonly console?: string | undefined;
  readonly profile?: string | undefined;
  readonly server?: string | undefined;
  readonly mocks: string;
  readonly pid?: string | undefined;
}

/** The steps that are asked for, or what is wrong with the question. */
function read(given: Given): readonly Step[] | string {
  const counts = given.talkers?.split(",").map(Number);
  const arrivalsMs = Number(given.arrivals);
  if (counts?.some((count) => !isNumber(count, 9_000)))
    return `--talkers: expected numbers from 1 to 9000, got "${given.talkers}"`;
  if (!(arrivalsMs >= 0)) return `--arrivals: expected milliseconds, got "${given.arrivals}"`;
  const other = given.server === undefined ? undefined : otherOf(given.server, given);
  if (typeof other === "string") return other;
  if (other && given.console !== undefined) return "--console: pages are of this project's own server, not of --server";
  if (given.profile !== undefined) mkdirSync(given.profile, { recursive: true });
  const steps =
    counts?.map((talkers) => ({ talkers, arrivalsMs, withMicrophones: given.microphones })) ?? usualSteps(arrivalsMs);
  return steps.map((step) => ({
    ...step,
    console: given.console,
    other,
    profile: given.profile && join(given.profile, `${step.talkers}-${step.arrivalsMs}.cpuprofile`),
  }));
}

function otherOf(url: string, { mocks, pid }: Given): Other | string {
  if (!/^wss?:$/.test(URL.parse(url)?.protocol ?? "")) return `--server: expected ws://…, got "${url}"`;
  if (!isNumber(Number(mocks), 65_535)) return `--mocks: expected a port, got "${mocks}"`;
  if (pid !== undefined && !isNumber(Number(pid), 2 ** 22))
    return `--pid: expected the number of a process, got "${pid}"`;
  return { url, mocksPort: Number(mocks), pid: pid === undefined ? undefined : Number(pid) };
}

function isNumber(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= max;
}

async function profileFigures(file: string): Promise<Figure[]> {
  const spent = spentIn(JSON.parse(await readFile(file, "utf8")), MOST);
  return spent.map(({ where, share }) => ({ name: where, value: `${(share * 100).toFixed(1)} %` }));
}

function usualSteps(arrivalsMs: number): Step[] {
  return [
    ...TALKERS.map((talkers) => ({ talkers, arrivalsMs, withMicrophones: false })),
    ...AT_ONCE.map((talkers) => ({ talkers, arrivalsMs: 0, withMicrophones: false })),
    { talkers: MICROPHONES, arrivalsMs, withMicrophones: true },
  ];
}
