import { parseArgs } from "node:util";
import { type Figure, printFigures } from "../figures.ts";
import { type IdleResult, measureIdle } from "./run.ts";

const DEVICES = 10_000;
/** What a device may take, as a multiple of what the library alone takes. */
const MOST_TIMES = 1.8;
/** Sockets of one process beside the devices'. */
const OTHER_SOCKETS = 200;
const PAIRS = [
  { transport: "websocket", ours: "websocket", bare: "ws" },
  { transport: "mqtt", ours: "mqtt", bare: "aedes" },
] as const;

const HELP = `Usage: xiaozhi bench idle [--devices N] [--transport websocket|mqtt] [--json]

Devices that are connected and silent: what each takes of the server's memory, beside a bare ws that echoes and a bare aedes
in the same run, and the CPU of keeping it. Over WebSocket each has a session and has said hello; over MQTT each is logged
in and was asked for its tools. On Linux with two cores the server has one of its own.

  --devices N        so many on each server; needs "ulimit -n" of more than that  [${DEVICES}]
  --transport NAME   one of both
  --json             one JSON object for each server`;

/** `xiaozhi bench idle`: what a connected device costs that nobody talks to. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: "string", default: String(DEVICES) },
      transport: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const devices = Number(values.devices);
  const pairs = PAIRS.filter(({ transport }) => transport === (values.transport ?? transport));
  const problem =
    !Number.isSafeInteger(devices) || devices < 1 ? "--devices: expected a number from 1 on" : fileLimit(devices);
  if (problem !== undefined || pairs.length === 0) {
    console.error(`xiaozhi bench idle: ${problem ?? "--transport: expected websocket or mqtt"}`);
    return 2;
  }
  for (const { ours, bare } of pairs) {
    const theirs = await measureIdle(bare, devices);
    const own = await measureIdle(ours, devices);
    if (values.json) for (const result of [theirs, own]) console.log(JSON.stringify(result));
    else printFigures(`${devices} idle devices, ${ours}, beside a bare ${bare}`, figures(own, theirs));
  }
  return 0;
}

/** Why there cannot be so many sockets; undefined when there can. */
function fileLimit(devices: number): string | undefined {
  const { open_files } =
    (process.report.getReport() as { userLimits?: Record<string, { soft: number | string }> }).userLimits ?? {};
  const limit = Number(open_files?.soft);
  if (!(limit < devices + OTHER_SOCKETS)) return undefined;
  return `${devices} devices need "ulimit -n ${devices + OTHER_SOCKETS}"; it is ${limit}`;
}

function figures(own: IdleResult, bare: IdleResult): Figure[] {
  const kib = (bytes: number) => (bytes / 1024).toFixed(1);
  const both = (figure: "rssPerDevice" | "heapPerDevice" | "externalPerDevice") =>
    `${kib(own[figure])} / ${kib(bare[figure])}`;
  return [
    {
      name: "RSS of a device, times that of the bare one",
      value: (own.rssPerDevice / bare.rssPerDevice).toFixed(2),
      target: `≤ ${MOST_TIMES}`,
    },
    { name: "  KiB, this server / bare", value: both("rssPerDevice") },
    { name: "    of it JavaScript's heap", value: both("heapPerDevice") },
    { name: "    buffers outside of it", value: both("externalPerDevice") },
    {
      name: "of the server without devices, MiB",
      value: `${kib(own.idleRssBytes / 1024)} / ${kib(bare.idleRssBytes / 1024)}`,
    },
    {
      name: "CPU of a ping, µs",
      value: `${own.microsecondsPerPing.toFixed(0)} / ${bare.microsecondsPerPing.toFixed(0)}`,
    },
    {
      name: "CPU of a connection, µs",
      value: `${own.microsecondsPerConnect.toFixed(0)} / ${bare.microsecondsPerConnect.toFixed(0)}`,
    },
  ];
}
