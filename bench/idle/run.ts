import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeSettingsOf } from "../../cli/node-settings.ts";
import { pinned, pinThisProcess } from "../machine/pinned.ts";
import { connectMqtt, connectWebSocket, type IdleDevice } from "./idle-device.ts";
import type { FromIdleServer, IdleSubject } from "./server-child.ts";

const CONNECTING_AT_ONCE = 50;
/** Devices that come and go first: what runs for the first time is compiled, and takes memory once. */
const WARM_UP = 200;
/** ms for what follows a login. */
const SETTLING_MS = 3_000;
/** ms in which every device pings once: an eighth of what a device of four minutes' keepalive takes, to be sure. */
const PINGING_MS = 15_000;

/** What so many idle devices take of one server. */
export interface IdleResult {
  readonly subject: IdleSubject;
  readonly devices: number;
  /** Of the process before they came, and for each of them; without garbage. */
  readonly idleRssBytes: number;
  readonly rssPerDevice: number;
  readonly heapPerDevice: number;
  readonly externalPerDevice: number;
  /** CPU of one ping of one device, the bench's own clients not counted. */
  readonly microsecondsPerPing: number;
  /** CPU for a connection, from nothing to the answered hello or login. */
  readonly microsecondsPerConnect: number;
}

/** Puts so many idle devices on one server in a process of its own. */
export async function measureIdle(subject: IdleSubject, devices: number): Promise<IdleResult> {
  pinThisProcess();
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-idle-"));
  const how = pinned(nodeSettingsOf("server"));
  const child = fork(join(import.meta.dirname, "server-child.ts"), [subject, folder], how);
  const connected: IdleDevice[] = [];
  try {
    const { port } = await next(child, "listening");
    const connect = subject === "ws" || subject === "websocket" ? connectWebSocket : connectMqtt;
    for (const device of await connectAll(connect, port, WARM_UP)) device.close();
    await pause(SETTLING_MS);
    const before = await usage(child);
    connected.push(...(await connectAll(connect, port, devices)));
    await pause(SETTLING_MS);
    const after = await usage(child);
    await pingAll(connected);
    const pinged = await usage(child);
    const each = (figure: "rssBytes" | "heapBytes" | "externalBytes") => (after[figure] - before[figure]) / devices;
    return {
      subject,
      devices,
      idleRssBytes: before.rssBytes,
      rssPerDevice: each("rssBytes"),
      heapPerDevice: each("heapBytes"),
      externalPerDevice: each("externalBytes"),
      microsecondsPerPing: (pinged.cpuMicroseconds.before - after.cpuMicroseconds.after) / devices,
      microsecondsPerConnect: (after.cpuMicroseconds.before - before.cpuMicroseconds.after) / devices,
    };
  } finally {
    for (const device of connected) device.close();
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
    await rm(folder, { recursive: true });
  }
}

type Connect = (port: number, n: number) => Promise<IdleDevice>;

async function connectAll(connect: Connect, port: number, count: number): Promise<IdleDevice[]> {
  const devices: IdleDevice[] = [];
  while (devices.length < count) {
    const numbers = Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - devices.length) }, (_, n) => n);
    devices.push(...(await Promise.all(numbers.map((n) => connect(port, devices.length + n + 1)))));
  }
  return devices;
}

/** Every device once, spread over the time. */
async function pingAll(devices: readonly IdleDevice[]): Promise<void> {
  const from = performance.now();
  const answers: Promise<void>[] = [];
  for (const [n, device] of devices.entries()) {
    const due = from + (n * PINGING_MS) / devices.length;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    answers.push(device.ping());
  }
  await Promise.all(answers);
}

async function usage(child: ChildProcess) {
  child.send("usage");
  return next(child, "usage");
}

async function next<T extends FromIdleServer["type"]>(child: ChildProcess, type: T) {
  const [message] = (await once(child, "message")) as [FromIdleServer];
  if (message.type !== type) throw new Error(`the server said ${message.type}, not ${type}`);
  return message as Extract<FromIdleServer, { type: T }>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
