import { monitorEventLoopDelay } from "node:perf_hooks";
import { FleetDevice } from "./fleet-device.ts";

/** A device, and the WebSocket to which the version check sends it. */
export interface Placed {
  readonly number: number;
  readonly id: string;
  readonly url: string;
}

/** How people talk. */
export interface Manner {
  /** ms over which conversations begin. */
  readonly arrivalsMs: number;
  /** Devices of all groups, over which that is spread. */
  readonly count: number;
  /** ms from the end of an answer to the next question, half as much to one and a half times. */
  readonly pauseMs: number;
  /** ms over which those whose server is gone ask again. */
  readonly spreadMs: number;
  /** ms after which somebody without an answer asks anew. */
  readonly patienceMs: number;
}

/** What the parent has them do: connect, begin to talk, and come to an end. */
export type ToPeople =
  | { readonly type: "connect"; readonly devices: readonly Placed[]; readonly doors: readonly string[] }
  | ({ readonly type: "talk" } & Manner)
  | { readonly type: "end" };

/** What the parent gets when that is done. */
export interface FromPeople {
  /** ms since the epoch at which each device that lost its server was answered again. */
  readonly backAt: readonly number[];
  /** When the frames of each answer came, ms since the epoch. */
  readonly answers: readonly (readonly number[])[];
  /** Connections that were lost. */
  readonly losses: number;
  /** ms by which this process was late at worst, since the last answer. */
  readonly lateMs: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const CONNECTING_AT_ONCE = 20;

const devices: { readonly number: number; readonly device: FleetDevice }[] = [];
const backAt: number[] = [];
const answers: number[][] = [];
let talking: Promise<void>[] = [];
let isOver = false;
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

async function connect({ devices: placed, doors }: Extract<ToPeople, { type: "connect" }>): Promise<void> {
  for (let from = 0; from < placed.length; from += CONNECTING_AT_ONCE) {
    const some = placed.slice(from, from + CONNECTING_AT_ONCE);
    await Promise.all(
      some.map(async ({ number, id, url }) => {
        const device = new FleetDevice(id, doors);
        devices.push({ number, device });
        await device.connect(url);
      }),
    );
  }
}

/** Asks, hears the answer, waits, and asks again; over another connection when one is lost. */
async function talk(at: number, { arrivalsMs, count, pauseMs, spreadMs, patienceMs }: Manner): Promise<void> {
  const { number, device } = devices[at] as (typeof devices)[number];
  const question = `我是${number}号`;
  await pause(((number - 1) * arrivalsMs) / count);
  let losses = device.losses;
  for (let turn = 0; !isOver; turn++) {
    device.framesAt.length = 0;
    await device.converse(question);
    answers.push(device.framesAt.map((frameAt) => performance.timeOrigin + frameAt));
    // The same each time, and not the same for all.
    await Promise.race([pause(pauseMs * (0.5 + ((number * 7 + turn * 3) % 10) / 9)), device.lost]);
    if (device.losses === losses) continue;
    losses = device.losses;
    await pause((at * spreadMs) / devices.length);
    await device.insist(question, patienceMs);
    backAt.push(performance.timeOrigin + performance.now());
    await device.listenOut();
  }
}

async function follow(order: ToPeople): Promise<void> {
  if (order.type === "connect") return connect(order);
  if (order.type === "talk") {
    talking = devices.map((_, at) => talk(at, order));
    return;
  }
  isOver = true;
  await Promise.all(talking);
}

process.on("message", async (order: ToPeople) => {
  await follow(order);
  const losses = devices.reduce((sum, { device }) => sum + device.losses, 0);
  const told: FromPeople = { backAt, answers, losses, lateMs: delay.max / 1e6 };
  delay.reset();
  process.send?.(told);
});
process.on("disconnect", () => process.exit(0));
