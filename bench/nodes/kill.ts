import { type Figure, percentile } from "../figures.ts";
import { Processor, type Program } from "../machine/processor.ts";
import { stolenFigures, watchStolen } from "../machine/stolen.ts";
import { gapsBetween, LEAD_FRAMES, lateIn } from "../talkers/heard.ts";
import { deviceIds } from "./device-ids.ts";
import { serverOf } from "./fleet-device.ts";
import type { NodeProcess } from "./node-process.ts";
import { People, prefer } from "./people.ts";
import type { FromPeople, Manner, Placed } from "./people-child.ts";

/** ms for which all talk before a node is killed. */
const BEFORE_MS = 30_000;
/** ms after that for which the others are listened to. */
const AFTER_MS = 10_000;
/** ms before and after it for which is told what took the processor. */
const LOOK_MS = 3_000;
/** ms over which conversations begin, and after which a device asks anew. */
const [ARRIVALS_MS, PATIENCE_MS] = [10_000, 5_000];

export interface KillOptions extends Pick<Manner, "pauseMs" | "spreadMs"> {
  readonly nodes: readonly NodeProcess[];
  readonly talkers: number;
  /** Programs of this computer that the run needs, nodes and devices aside. */
  readonly programs: readonly Program[];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Kills the first node in the middle of conversations: what its devices and the others notice, and what took the processor. */
export async function killOne(options: KillOptions): Promise<{ noticed: Figure[]; processor: Figure[] }> {
  const { nodes, talkers, programs, pauseMs, spreadMs } = options;
  for (const { pid } of nodes) prefer(pid, "server");
  const { theirs, others } = await connect(options);
  const order = {
    type: "talk",
    count: talkers,
    arrivalsMs: ARRIVALS_MS,
    patienceMs: PATIENCE_MS,
    pauseMs,
    spreadMs,
  } as const;
  await Promise.all([theirs.ask(order), others.ask(order)]);
  await pause(BEFORE_MS - LOOK_MS);
  const processor = new Processor([
    ...nodes.map(({ name, pid }) => ({ name: `node ${name}`, pid })),
    { name: "devices of the killed node", pid: theirs.pid },
    { name: "the other devices", pid: others.pid },
    ...programs,
  ]);
  await pause(LOOK_MS);
  const before = processor.lap();
  const { killedAt, after, delays, stolenPercent } = await kill(nodes, processor);
  const [gone, heard] = await Promise.all([theirs.ask({ type: "end" }), others.ask({ type: "end" })]);
  await Promise.all([theirs.end(), others.end()]);
  const backMs = gone.backAt.map((at) => at - killedAt);
  return {
    noticed: [
      { name: "devices of the killed node, that talk again", value: `${theirs.devices.length}, ${backMs.length}` },
      { name: "  after, median / worst ms", value: both(backMs, 0.5), target: "≤ 5000" },
      ...noticedBy(heard, killedAt),
      ...stolenFigures(stolenPercent),
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

async function kill(nodes: readonly NodeProcess[], processor: Processor) {
  const [victim, ...survivors] = nodes as [NodeProcess, ...NodeProcess[]];
  await Promise.all(survivors.map(eventLoopDelayMs));
  const stolen = watchStolen();
  const killedAt = performance.timeOrigin + performance.now();
  await victim.end("SIGKILL");
  await pause(LOOK_MS);
  const after = processor.lap();
  await pause(AFTER_MS - LOOK_MS);
  const stolenPercent = stolen();
  return { killedAt, after, stolenPercent, delays: await Promise.all(survivors.map(eventLoopDelayMs)) };
}

function noticedBy({ answers, losses }: FromPeople, killedAt: number): Figure[] {
  const heard = answers.filter(
    (framesAt) => (framesAt.at(-1) ?? 0) > killedAt && (framesAt[0] as number) < killedAt + AFTER_MS,
  );
  const gapsWithin = (from: number, ms: number) =>
    answers.flatMap((framesAt) =>
      gapsBetween(framesAt).filter((_, n) => isWithin(framesAt[n + LEAD_FRAMES] as number, from, ms)),
    );
  const late = heard.reduce((sum, frames) => sum + lateIn(frames), 0);
  return [
    { name: "others: answers that they were hearing or heard then", value: String(heard.length) },
    { name: "others: frames too late to be played", value: String(late), target: "0" },
    {
      name: `others: between frames in ${AFTER_MS / 1000} s, p99 / worst ms`,
      value: both(gapsWithin(killedAt, AFTER_MS), 0.99),
      target: "p99 ≤ 75",
    },
    { name: `  in the ${LOOK_MS / 1000} s after it`, value: both(gapsWithin(killedAt, LOOK_MS), 0.99) },
    { name: `  in the ${AFTER_MS / 1000} s before it`, value: both(gapsWithin(killedAt - AFTER_MS, AFTER_MS), 0.99) },
    { name: "others: connections lost", value: String(losses), target: "0" },
  ];
}

function isWithin(at: number, from: number, ms: number): boolean {
  return at >= from && at < from + ms;
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
