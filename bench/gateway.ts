import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { nodeSettingsOf } from "../cli/node-settings.ts";
import { type Figure, printFigures } from "./figures.ts";
import { measure, type Rung, type Subject, VISITORS } from "./gateway/run.ts";

/** Asked before the bench holds itself to one of them. */
const CORES = availableParallelism();
const DEVICES = [50, 200, 500, 1000, 1200, 1500, 2000];
/** Threads for audio that are compared at the end, and the numbers of devices for that. */
const WORKERS = [0, 1, 2];
const DEVICES_OF_WORKERS = [500, 1000];
const SUBJECTS: readonly Subject[] = ["raw", "smallest", "smallest-tuned", "ours"];
/** Beyond these a gateway no longer holds so many devices. */
const MAX_LOSS_PERCENT = 0.1;
const MAX_P99_MS = 30;

const TITLES: { readonly [subject in Subject]: string } = {
  raw: "UDP and AES alone",
  smallest: "Smallest gateway",
  "smallest-tuned": "Smallest gateway with the settings of ours",
  ours: "Gateway",
};

const HELP = `Usage: xiaozhi bench gateway [--devices N,N…] [--workers N,N…] [--json]

Virtual devices send and get one frame of sound in 60 ms each through the MQTT and UDP gateway, and through the smallest
gateway that can be written for Node, which checks nothing, and through a loop of nothing but UDP and AES. Each rises until
it loses frames or delays them. At the end the gateway runs with threads for audio (gateway.workers). On Linux with two cores the gateway has one of its own, and the devices have the other.

  --devices N,N…  numbers of devices  [${DEVICES.join()}]
  --workers N,N…  numbers of threads for audio, compared at ${DEVICES_OF_WORKERS.join(" and ")} devices; 0: the main thread  [${WORKERS.join()}]
  --json          the figures as JSON`;

/** How ours compares with the smallest gateway, for one number of devices. */
interface Ratio {
  readonly devices: number;
  readonly beside: Subject;
  readonly cpu: number;
  readonly rss: number;
}

/** `xiaozhi bench gateway`: what the MQTT and UDP gateway carries on this machine. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: "string", default: DEVICES.join() },
      workers: { type: "string", default: WORKERS.join() },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const counts = values.devices.split(",").map(Number);
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 1 || count > 65_000)) {
    console.error(`xiaozhi bench gateway: --devices: expected numbers from 1 to 65000, got "${values.devices}"`);
    return 2;
  }
  const workers = values.workers.split(",").map(Number);
  if (workers.some((count) => !Number.isSafeInteger(count) || count < 0 || count > 16)) {
    console.error(`xiaozhi bench gateway: --workers: expected numbers from 0 to 16, got "${values.workers}"`);
    return 2;
  }
  const rungs = await climb(counts, (rung) => {
    if (!values.json) printFigures(title(rung), figures(rung));
  });
  const threads = await compareWorkers(workers);
  const result = { node: process.version, cores: CORES, settings: nodeSettingsOf("gateway"), rungs, threads };
  if (values.json) console.log(JSON.stringify({ ...result, ratios: ratios(rungs) }, null, 2));
  else {
    printFigures("Gateway beside the smallest one", ratios(rungs).flatMap(ratioFigures));
    printFigures("CPU of the gateway by threads for audio: all / main thread, µs a frame", threads.map(threadFigure));
  }
  return 0;
}

async function compareWorkers(workers: readonly number[]): Promise<Rung[]> {
  const rungs: Rung[] = [];
  for (const devices of DEVICES_OF_WORKERS) {
    for (const count of workers) {
      rungs.push(await measure({ subject: "ours", settings: nodeSettingsOf("gateway"), workers: count }, devices));
    }
  }
  return rungs;
}

function threadFigure({ devices, workers, cpuMicrosecondsPerFrame, mainMicrosecondsPerFrame }: Rung): Figure {
  const value = `${cpuMicrosecondsPerFrame.toFixed(1)} / ${mainMicrosecondsPerFrame.toFixed(1)}`;
  return { name: `${devices} devices, ${workers === 0 ? "no thread" : `${workers} of them`}`, value };
}

/** Rung by rung; what did not hold one is not asked for more. Neighbours in the table were measured after one another. */
async function climb(counts: readonly number[], onRung: (rung: Rung) => void): Promise<Rung[]> {
  const rungs: Rung[] = [];
  const standing = new Set(SUBJECTS);
  for (const count of counts) {
    for (const subject of standing) {
      const isTuned = subject === "ours" || subject === "smallest-tuned";
      const rung = await measure({ subject, settings: isTuned ? nodeSettingsOf("gateway") : undefined }, count);
      rungs.push(rung);
      onRung(rung);
      if (!holds(rung)) standing.delete(subject);
    }
  }
  return rungs;
}

function holds({ lossPercent, upMs, downMs }: Rung): boolean {
  return lossPercent <= MAX_LOSS_PERCENT && upMs[1] <= MAX_P99_MS && downMs[1] <= MAX_P99_MS;
}

function ratios(rungs: readonly Rung[]): Ratio[] {
  return rungs.flatMap((ours) => {
    const others = rungs.filter(({ subject, devices }) => subject.startsWith("smallest") && devices === ours.devices);
    if (ours.subject !== "ours") return [];
    return others.map((other) => ({
      devices: ours.devices,
      beside: other.subject,
      cpu: ours.cpuMicrosecondsPerFrame / other.cpuMicrosecondsPerFrame,
      rss: ours.rssKibPerDevice / other.rssKibPerDevice,
    }));
  });
}

function ratioFigures({ devices, beside, cpu, rss }: Ratio): Figure[] {
  const what = `${devices} devices${beside === "smallest" ? "" : ", same settings"}`;
  return [
    { name: `${what}: CPU`, value: cpu.toFixed(2), ...(beside === "smallest" && { target: "≤ 1.4" }) },
    { name: `${what}: memory`, value: rss.toFixed(2), ...(beside === "smallest" && { target: "≤ 1.6" }) },
  ];
}

function title({ subject, devices }: Rung): string {
  return `${TITLES[subject]}, ${devices} devices`;
}

function figures(rung: Rung): Figure[] {
  const pair = ([p50, p99]: readonly [number, number]) => `${p50.toFixed(2)} / ${p99.toFixed(1)}`;
  return [
    { name: "device to server, p50 / p99 ms", value: pair(rung.upMs), target: "p99 ≤ 30" },
    { name: "server to device, p50 / p99 ms", value: pair(rung.downMs), target: "p99 ≤ 30" },
    { name: "frames lost, %", value: rung.lossPercent.toFixed(3), target: "≤ 0.1" },
    { name: "CPU, µs a frame", value: rung.cpuMicrosecondsPerFrame.toFixed(1) },
    { name: "CPU, % of a core", value: rung.cpuPercent.toFixed(0) },
    { name: "memory, KiB a device", value: rung.rssKibPerDevice.toFixed(0) },
    { name: `memory, KiB a device after the first ${VISITORS}`, value: rung.rssKibPerFurtherDevice.toFixed(0) },
    { name: "memory before any device, MiB", value: rung.idleRssMib.toFixed(0) },
    ...(rung.subject === "raw"
      ? []
      : [
          { name: "connection to hello, p50 / p99 ms", value: pair(rung.helloMs), target: "≤ 5" },
          { name: "the same while all talk, p50 / p99 ms", value: pair(rung.busyHelloMs), target: "≤ 5" },
          { name: "the same of the first device, ms", value: rung.firstHelloMs.toFixed(1) },
        ]),
    { name: "load: frames sent late, p50 / p99 ms", value: pair(rung.loadLateMs) },
    { name: "load: CPU, % of a core", value: rung.loadCpuPercent.toFixed(0) },
  ];
}
