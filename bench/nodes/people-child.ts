import { monitorEventLoopDelay } from "node:perf_hooks";
import { FleetDevice } from "./fleet-device.ts";

/** A device, and the WebSocket to which the version check sends it. */
export interface Placed {
  readonly number: number;
  readonly id: string;
  readonly url: string;
}

/** What the parent has them do, one after the other. */
export type ToPeople =
  | { readonly type: "connect"; readonly devices: readonly Placed[]; readonly doors: readonly string[] }
  | { readonly type: "converse"; readonly arrivalsMs: number; readonly count: number }
  | { readonly type: "insist"; readonly spreadMs: number; readonly patienceMs: number };

/** What the parent gets when it is done. */
export interface FromPeople {
  /** ms since the epoch at which each device's answer began again, after `insist`. */
  readonly backAt: readonly number[];
  /** When frames came to each device, ms since the epoch, since the last `converse`. */
  readonly framesAt: readonly (readonly number[])[];
  /** Connections that were lost. */
  readonly losses: number;
  /** ms by which this process was late at worst, since the last answer. */
  readonly lateMs: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const CONNECTING_AT_ONCE = 20;

const devices: FleetDevice[] = [];
const numbers: number[] = [];
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const question = (n: number) => `我是${numbers[n]}号`;

async function connect({ devices: placed, doors }: Extract<ToPeople, { type: "connect" }>): Promise<void> {
  for (let from = 0; from < placed.length; from += CONNECTING_AT_ONCE) {
    const some = placed.slice(from, from + CONNECTING_AT_ONCE);
    await Promise.all(
      some.map(async ({ number, id, url }) => {
        const device = new FleetDevice(id, doors);
        devices.push(device);
        numbers.push(number);
        await device.connect(url);
      }),
    );
  }
}

/** One turn of each, begun one after another as all `count` devices are. */
async function converse({ arrivalsMs, count }: Extract<ToPeople, { type: "converse" }>): Promise<void> {
  const turns = devices.map(async (device, n) => {
    await pause((((numbers[n] as number) - 1) * arrivalsMs) / count);
    device.framesAt.length = 0;
    await device.converse(question(n));
  });
  await Promise.all(turns);
}

function insist({ spreadMs, patienceMs }: Extract<ToPeople, { type: "insist" }>): Promise<number[]> {
  const again = devices.map(async (device, n) => {
    await pause((n * spreadMs) / devices.length);
    await device.insist(question(n), patienceMs);
    return performance.timeOrigin + performance.now();
  });
  return Promise.all(again);
}

async function follow(order: ToPeople): Promise<number[]> {
  if (order.type === "insist") return insist(order);
  await (order.type === "connect" ? connect(order) : converse(order));
  return [];
}

process.on("message", async (order: ToPeople) => {
  const backAt = await follow(order);
  const told: FromPeople = {
    backAt,
    framesAt: devices.map(({ framesAt }) => framesAt.map((at) => performance.timeOrigin + at)),
    losses: devices.reduce((sum, { losses }) => sum + losses, 0),
    lateMs: delay.max / 1e6,
  };
  delay.reset();
  process.send?.(told);
});
process.on("disconnect", () => process.exit(0));
