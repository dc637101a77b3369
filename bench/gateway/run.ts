import { type ChildProcess, fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { LoadDevice, type Measured } from "./load-device.ts";
import { pinned, pinThisProcess } from "./pinned.ts";
import type { FromServer } from "./server-child.ts";

const FRAME_MS = 60;
const WARM_UP_MS = 1_500;
const MEASURED_MS = 4_000;
/** Time for the last frames to come back. */
const DRAIN_MS = 500;
const CONNECTING_AT_ONCE = 20;
/** Devices that connect alone, to time that. */
const CONNECTING_ALONE = 50;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

export type Subject = "ours" | "smallest" | "raw";

/** What one number of devices did to one gateway. */
export interface Rung {
  readonly subject: Subject;
  readonly devices: number;
  /** One-way times in ms, as gateway and load shared one clock. */
  readonly upMs: readonly [p50: number, p99: number];
  readonly downMs: readonly [p50: number, p99: number];
  readonly lossPercent: number;
  /** Of the gateway, for each frame in either direction. */
  readonly cpuMicrosecondsPerFrame: number;
  readonly cpuPercent: number;
  readonly rssKibPerDevice: number;
  /** From the connection to the answered hello, ms; of devices that come one by one. */
  readonly helloMs: readonly [p50: number, p99: number];
}

function percentiles(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return [at(0.5), at(0.99)];
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

/** Puts so many devices before a gateway in a process of its own; each sends and gets one frame of 120 bytes in 60 ms. */
export async function measure(subject: Subject, count: number): Promise<Rung> {
  pinThisProcess();
  const child = fork(join(import.meta.dirname, "server-child.ts"), [subject], pinned());
  const { port } = await next(child, "listening");
  const udp = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  const idle = await usage(child);
  const devices =
    subject === "raw"
      ? Array.from({ length: count }, (_, n) => LoadDevice.without(port, udp, n))
      : await connectAll(port, udp, count);
  try {
    const { measured, before, after, ms } = await load(child, devices, udp);
    const cpu = after.cpuMicroseconds - before.cpuMicroseconds;
    const { came } = measured;
    return {
      subject,
      devices: count,
      upMs: percentiles(measured.up),
      downMs: percentiles(measured.down),
      lossPercent: (100 * (measured.sent - came)) / measured.sent,
      cpuMicrosecondsPerFrame: cpu / (measured.sent + came),
      cpuPercent: cpu / ms / 10,
      rssKibPerDevice: (after.rssBytes - idle.rssBytes) / 1024 / count,
      helloMs: percentiles(devices.slice(0, CONNECTING_ALONE).map(({ helloMs }) => helloMs)),
    };
  } finally {
    for (const device of devices) device.close();
    udp.close();
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }
}

async function connectAll(port: number, udp: Socket, count: number): Promise<LoadDevice[]> {
  const devices: LoadDevice[] = [];
  while (devices.length < count) {
    const together = devices.length < CONNECTING_ALONE ? 1 : CONNECTING_AT_ONCE;
    const numbers = Array.from({ length: Math.min(together, count - devices.length) }, (_, n) => n);
    devices.push(...(await Promise.all(numbers.map((n) => LoadDevice.connect(port, udp, devices.length + n)))));
  }
  return devices;
}

async function load(child: ChildProcess, devices: readonly LoadDevice[], udp: Socket) {
  const bySsrc = new Map(devices.map((device) => [device.ssrc, device]));
  let measured: Measured = { isCounting: false, sent: 0, came: 0, up: [], down: [] };
  udp.on("message", (datagram) => bySsrc.get(datagram.readUInt32BE(4))?.takeFrame(datagram, measured));
  const timers: NodeJS.Timeout[] = [];
  for (const [n, device] of devices.entries()) {
    // Spread over the frame time, as devices are.
    const begin = () => timers.push(setInterval(() => device.sendFrame(measured), FRAME_MS));
    timers.push(setTimeout(begin, (n * FRAME_MS) / devices.length));
  }
  await pause(WARM_UP_MS);
  measured = { isCounting: true, sent: 0, came: 0, up: [], down: [] };
  const from = performance.now();
  const before = await usage(child);
  await pause(MEASURED_MS);
  for (const timer of timers) clearInterval(timer);
  await pause(DRAIN_MS);
  const after = await usage(child);
  return { measured, before, after, ms: performance.now() - from - DRAIN_MS };
}
