import { type Figure, percentile } from "../figures.ts";
import { gapsBetween, lateIn } from "../talkers/heard.ts";
import { deviceIds } from "./device-ids.ts";
import { serverOf } from "./fleet-device.ts";
import type { NodeProcess } from "./node-process.ts";
import { People, prefer } from "./people.ts";
import type { FromPeople, Placed } from "./people-child.ts";
import { Processor, type Program } from "./processor.ts";

/** ms after the last beginning at which a node is killed: everybody is being spoken to. */
const KILL_MS = 500;
/** Turns of each device before. */
const WARM_UPS = 4;
/** ms before and after it for which is told what took the processor. */
const LOOK_MS = 3_000;
/** ms after which a device asks anew. */
const PATIENCE_MS = 5_000;

export interface KillOptions {
  readonly nodes: readonly NodeProcess[];
  readonly talkers: number;
  /** Programs of this computer that the run needs, nodes and devices aside. */
  readonly programs: readonly Program[];
  /** ms over which conversations begin. */
  readonly arrivalsMs: number;
  /** ms over which people ask again. */
  readonly spreadMs: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Kills the first node while everybody is spoken to: what its devices and the others notice, and what took the processor. */
export async function killOne(options: KillOptions): Promise<{ noticed: Figure[]; processor: Figure[] }> {
  const { nodes, talkers, programs, arrivalsMs } = options;
  for (const { pid } of nodes) prefer(pid, "server");
  const groups = await connect(options);
  const { theirs, others } = groups;
  const order = { type: "converse", arrivalsMs, count: talkers } as const;
  // What has run a few times only is still being compiled; nodes that have been up for a while are what counts.
  for (let n = 0; n < WARM_UPS; n++) await Promise.all([theirs.ask(order), others.ask(order)]);
  const talking = { theirs: theirs.ask(order), others: others.ask(order) };
  await pause(arrivalsMs + KILL_MS - LOOK_MS);
  const processor = new Processor([
    ...nodes.map(({ name, pid }) => ({ name: `node ${name}`, pid })),
    { name: "devices of the killed node", pid: theirs.pid },
    { name: "the other devices", pid: others.pid },
    ...programs,
  ]);
  await pause(LOOK_MS);
  const before = processor.lap();
  const { killedAt, backMs, heard, after, delays } = await kill(options, groups, talking, processor);
  await Promise.all([theirs.end(), others.end()]);
  return {
    noticed: [
      { name: "devices of the killed node", value: String(theirs.devices.length) },
      { name: "  talk again after, median / worst ms", value: both(backMs, 0.5), target: "≤ 5000" },
      ...noticedBy(heard, killedAt),
    ],
    processor: [
      ...before.map(({ name, percent }, n) => ({ name, value: `${percent} / ${after[n]?.percent}` })),
      { name: "survivors' event loops late, worst ms", value: delays.map((ms) => ms.toFixed(0)).join(" / ") },
      { name: "the other devices' process late, worst ms", value: heard.lateMs.toFixed(0) },
    ],
  };
}

/** People at the node that is to be killed, and at the others. */
interface Groups {
  readonly theirs: People;
  readonly others: People;
}

async function connect({ nodes, talkers }: KillOptions): Promise<Groups> {
  const doors = nodes.map(({ http }) => http);
  const placed: Placed[] = [];
  for (const [n, id] of deviceIds(talkers).entries()) {
    placed.push({ number: n + 1, id, url: await serverOf(doors[0] as string, id) });
  }
  const isTheirs = ({ url }: Placed) => new URL(url).port === String(nodes[0]?.websocketPort);
  const theirs = await People.start(placed.filter(isTheirs), doors, false);
  const rest = placed.filter((device) => !isTheirs(device));
  return { theirs, others: await People.start(rest, doors, true) };
}

/** What is still being said to each group. */
type Talking = { readonly [group in keyof Groups]: Promise<FromPeople> };

async function kill({ nodes, spreadMs }: KillOptions, { theirs }: Groups, talking: Talking, processor: Processor) {
  const [victim, ...survivors] = nodes as [NodeProcess, ...NodeProcess[]];
  await Promise.all(survivors.map(eventLoopDelayMs));
  const killedAt = performance.timeOrigin + performance.now();
  await victim.end("SIGKILL");
  const looked = pause(LOOK_MS).then(() => processor.lap());
  await talking.theirs;
  const { backAt } = await theirs.ask({ type: "insist", spreadMs, patienceMs: PATIENCE_MS });
  const after = await looked;
  const heard = await talking.others;
  const delays = await Promise.all(survivors.map(eventLoopDelayMs));
  return { killedAt, backMs: backAt.map((at) => at - killedAt), heard, after, delays };
}

function noticedBy({ framesAt, losses }: FromPeople, killedAt: number): Figure[] {
  const gaps = framesAt.flatMap(gapsBetween);
  const soon = framesAt.flatMap((frames) =>
    gapsBetween(frames.filter((at) => at > killedAt && at < killedAt + LOOK_MS)),
  );
  const late = framesAt.reduce((sum, frames) => sum + lateIn(frames), 0);
  return [
    { name: "others: frames too late to be played", value: String(late), target: "0" },
    { name: "others: between frames, p99 / worst ms", value: both(gaps, 0.99), target: "p99 ≤ 75" },
    { name: `  of that in the ${LOOK_MS / 1000} s after it`, value: both(soon, 0.99) },
    { name: "others: connections lost", value: String(losses), target: "0" },
  ];
}

/** How late a node's event loop was at worst since the last look. */
async function eventLoopDelayMs({ http }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return 1000 * Number(/^xiaozhi_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(text)?.[1]);
}

/** The value that this share is not above, and the highest one. */
function both(values: readonly number[], share: number): string {
  return [share, 1].map((one) => percentile(values, one).toFixed(0)).join(" / ");
}
