import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { NodeSettings } from "../../cli/node-settings.ts";
import { percentile } from "../figures.ts";
import { pinned, pinThisProcess } from "../machine/pinned.ts";
import { Load } from "./load.ts";
import type { FromServer } from "./server-child.ts";

const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;
/** Time for the last frames to come back. */
const DRAIN_MS = 500;
/** Devices that connect one by one to time that, before all others and while they talk. */
export const VISITORS = 200;

/** What is measured; `smallest-tuned` runs with Node's settings of ours. */
export type Subject = "raw" | "smallest" | "smallest-tuned" | "ours";

/** What one number of devices did to one gateway. */
export interface Rung {
  readonly subject: Subject;
  /** Threads for audio beside the main one. */
  readonly workers: number;
  readonly devices: number;
  /** One-way times in ms from the moment at which a frame was sent, as gateway and load share one clock. */
  readonly upMs: Percentiles;
  readonly downMs: Percentiles;
  readonly lossPercent: number;
  /** Of the gateway, for each frame in either direction. */
  readonly cpuMicrosecondsPerFrame: number;
  /** As much of it as the main thread used. */
  readonly mainMicrosecondsPerFrame: number;
  readonly cpuPercent: number;
  readonly rssKibPerDevice: number;
  /** The same without the first devices, for which a gateway compiles what it runs. */
  readonly rssKibPerFurtherDevice: number;
  /** Of the gateway before any device came. */
  readonly idleRssMib: number;
  /** From the connection to the answered hello, ms: of the first device of all, of devices that come one by one, and the same while all talk. */
  readonly firstHelloMs: number;
  readonly helloMs: Percentiles;
  readonly busyHelloMs: Percentiles;
  /** How long after its time the load sent a frame, ms, and what it used: whether it can be believed. */
  readonly loadLateMs: Percentiles;
  readonly loadCpuPercent: number;
}

type Percentiles = readonly [p50: number, p99: number];

function percentiles(values: readonly number[]): Percentiles {
  return [percentile(values, 0.5), percentile(values, 0.99)];
}

async function next<T extends FromServer["type"]>(child: ChildProcess, type: T) {
  const [message] = (await once(child, "message")) as [FromServer];
  if (message.type !== type) throw new Error(`the gateway said ${message.type}, not ${type}`);
  return message as Extract<FromServer, { type: T }>;
}

async function usage(child: ChildProcess) {
  child.send("usage");
  return next(child, "usage");
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What is measured, and how it is started. */
export interface Setting {
  readonly subject: Subject;
  /** Of Node; undefined: its own. */
  readonly settings: NodeSettings | undefined;
  readonly workers?: number;
}

/**
 * Puts so many devices before a gateway in a process of its own; each sends and gets one frame of 120 bytes in 60 ms.
 */
export async function measure({ subject, settings, workers = 0 }: Setting, devices: number): Promise<Rung> {
  pinThisProcess();
  const child = fork(join(import.meta.dirname, "server-child.ts"), [subject, String(workers)], pinned(settings));
  const { port } = await next(child, "listening");
  const idle = await usage(child);
  const load = new Load(port);
  try {
    const alone = subject === "raw" ? [] : await load.visit(VISITORS);
    const warm = await usage(child);
    if (subject === "raw") load.addWithout(devices);
    else await load.connect(devices);
    const talk = await talkFor(load, child);
    const busy = subject === "raw" ? [] : await load.visit(VISITORS);
    const { measured, before, after, loadCpuMicroseconds, ms } = talk;
    const cpu = after.cpuMicroseconds - before.cpuMicroseconds;
    return {
      subject,
      workers,
      devices,
      upMs: percentiles(measured.up),
      downMs: percentiles(measured.down),
      lossPercent: (100 * (measured.sent - measured.came)) / measured.sent,
      cpuMicrosecondsPerFrame: cpu / (measured.sent + measured.came),
      mainMicrosecondsPerFrame: (after.mainMicroseconds - before.mainMicroseconds) / (measured.sent + measured.came),
      cpuPercent: cpu / ms / 10,
      rssKibPerDevice: (after.rssBytes - idle.rssBytes) / 1024 / (devices + alone.length),
      rssKibPerFurtherDevice: (after.rssBytes - warm.rssBytes) / 1024 / devices,
      idleRssMib: idle.rssBytes / 1024 / 1024,
      firstHelloMs: alone[0] ?? Number.NaN,
      helloMs: percentiles(alone),
      busyHelloMs: percentiles(busy),
      loadLateMs: percentiles(measured.late),
      loadCpuPercent: loadCpuMicroseconds / ms / 10,
    };
  } finally {
    load.close();
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }
}

/** Lets all talk, and counts a part of it; they go on. */
async function talkFor(load: Load, child: ChildProcess) {
  await load.begin();
  await pause(WARM_UP_MS);
  const before = await usage(child);
  const cpuBefore = process.cpuUsage();
  load.startCounting();
  const from = performance.now();
  await pause(MEASURED_MS);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await usage(child);
  const measured = load.stopCounting();
  await pause(DRAIN_MS);
  return { measured, before, after, ms, loadCpuMicroseconds: user + system };
}
