import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Figure } from "../figures.ts";
import type { FleetDevice } from "./fleet-device.ts";
import type { NodeProcess } from "./node-process.ts";
import { Processor, type Program } from "./processor.ts";

/** ms after the last beginning at which a node is killed: everybody is being spoken to. */
const KILL_MS = 500;
/** ms before and after it for which is told what took the processor. */
const LOOK_MS = 3_000;
const FRAME_MS = 60;
const LEAD_FRAMES = 5;
/** ms after which a device asks anew. */
const PATIENCE_MS = 5_000;

export interface KillOptions {
  readonly nodes: readonly NodeProcess[];
  readonly devices: readonly FleetDevice[];
  /** Programs of this computer that the run needs, the nodes aside. */
  readonly programs: readonly Program[];
  /** Has all devices talk, beginning one after another; resolves when all have been answered. */
  readonly converse: () => Promise<void>;
  /** ms over which they begin. */
  readonly arrivalsMs: number;
  /** ms over which people ask again. */
  readonly spreadMs: number;
  readonly question: (n: number) => string;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Kills the first node while everybody is spoken to: what its devices and the others notice, and what took the processor. */
export async function killOne(options: KillOptions): Promise<{ noticed: Figure[]; processor: Figure[] }> {
  const { nodes, devices, programs, converse, arrivalsMs, spreadMs, question } = options;
  const [victim, ...survivors] = nodes as [NodeProcess, ...NodeProcess[]];
  const isTheirs = (device: FleetDevice) => device.server.endsWith(`:${victim.websocketPort}`);
  const theirs = devices.filter(isTheirs);
  const others = devices.filter((device) => !isTheirs(device));
  const ownDelay = monitorEventLoopDelay({ resolution: 10 });
  const talking = converse();
  await pause(arrivalsMs + KILL_MS - LOOK_MS);
  const processor = new Processor([...nodes.map(({ name, pid }) => ({ name: `node ${name}`, pid })), ...programs]);
  await pause(LOOK_MS);
  const before = processor.lap();
  await Promise.all(survivors.map(eventLoopDelayMs));
  ownDelay.enable();
  const killedAt = performance.now();
  await victim.end("SIGKILL");
  const again = theirs.map(async (device, n) => {
    await pause((n * spreadMs) / theirs.length);
    await device.insist(question(n), PATIENCE_MS);
    return performance.now() - killedAt;
  });
  const looked = pause(LOOK_MS).then(() => processor.lap());
  const backMs = await Promise.all(again);
  const after = await looked;
  await talking;
  const delays = await Promise.all(survivors.map(eventLoopDelayMs));
  return {
    noticed: [
      { name: "devices of the killed node", value: String(theirs.length) },
      {
        name: "  talk again after, median / worst ms",
        value: `${at(backMs, 0.5)} / ${at(backMs, 1)}`,
        target: "≤ 5000",
      },
      ...noticedBy(others),
    ],
    processor: [
      ...before.map(({ name, percent }, n) => ({ name, value: `${percent} / ${after[n]?.percent}` })),
      { name: "survivors' event loops late, worst ms", value: delays.map((ms) => ms.toFixed(0)).join(" / ") },
      { name: "generator's event loop late, worst ms", value: (ownDelay.max / 1e6).toFixed(0) },
    ],
  };
}

function noticedBy(others: readonly FleetDevice[]): Figure[] {
  const gaps = others.flatMap(({ framesAt }) =>
    framesAt.slice(LEAD_FRAMES).map((at, n) => at - (framesAt[n + LEAD_FRAMES - 1] as number)),
  );
  const late = others.flatMap(({ framesAt }) =>
    framesAt.filter((at, n) => at - (framesAt[0] as number) > n * FRAME_MS),
  );
  const losses = others.reduce((sum, device) => sum + device.losses, 0);
  return [
    { name: "others: frames too late to be played", value: String(late.length), target: "0" },
    { name: "others: between frames, p99 / worst ms", value: `${at(gaps, 0.99)} / ${at(gaps, 1)}`, target: "p99 ≤ 75" },
    { name: "others: connections lost", value: String(losses), target: "0" },
  ];
}

/** How late a node's event loop was at worst since the last look. */
async function eventLoopDelayMs({ http }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return 1000 * Number(/^xiaozhi_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(text)?.[1]);
}

function at(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
}
