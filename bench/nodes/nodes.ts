import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { natsProgram, startNats } from "../../test/slow/nodes/nats-server.ts";
import { postgresPrograms, startPostgres } from "../../test/slow/postgres-server.ts";
import { type Figure, median, printFigures } from "../figures.ts";
import { Mocks } from "../talkers/mocks.ts";
import { SpeechBank } from "../talkers/speech-bank.ts";
import { ConsoleVisitor } from "./console-visitor.ts";
import { FleetDevice } from "./fleet-device.ts";
import { NodeProcess, type Shared } from "./node-process.ts";

const TALKERS = 200;
const CALLS = 300;
/** ms over which conversations begin. */
const ARRIVALS_MS = 5_000;
/** ms after the last beginning at which a node is killed: everybody is being spoken to. */
const KILL_MS = 500;
const FRAME_MS = 60;
const LEAD_FRAMES = 5;
/** ms after which a device asks anew. */
const PATIENCE_MS = 5_000;
/** Ticks of /proc in a second. */
const TICKS = 100;

const HELP = `Usage: xiaozhi bench nodes [--talkers N]

Three nodes with a PostgreSQL and a NATS of their own on this computer: what a tool call to another node adds, what a turn costs
at one and at three nodes, and what devices notice when one of three nodes is killed while N devices are spoken to.

  --talkers N  devices that talk at once  [${TALKERS}]`;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What all steps work with. */
interface Bench {
  readonly shared: Shared;
  readonly nodes: NodeProcess[];
  readonly devices: FleetDevice[];
  readonly talkers: number;
}

/** `xiaozhi bench nodes`: what several servers cost, and what the loss of one is like. */
export async function run(args: string[]): Promise<number> {
  const options = { talkers: { type: "string", default: String(TALKERS) }, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  const talkers = Number(values.talkers);
  const [postgres, nats] = [postgresPrograms(), natsProgram()];
  if (values.help || !(talkers >= 3) || !postgres || !nats) {
    console.log(HELP);
    if (!postgres || !nats) console.error("PostgreSQL and nats-server have to be installed");
    return values.help ? 0 : 2;
  }
  const database = startPostgres(postgres);
  const bus = await startNats(nats);
  const mocks = new Mocks(await SpeechBank.open());
  const env = stagesAt(await mocks.start());
  const shared = { database: database.newDatabase(), nats: bus.url, env };
  const bench: Bench = { shared, nodes: [], devices: [], talkers };
  try {
    await measure(bench);
  } finally {
    for (const device of bench.devices) device.close();
    await Promise.all(bench.nodes.map((node) => node.end("SIGKILL")));
    mocks.stop();
    await bus.kill();
    database.stop();
  }
  return 0;
}

function stagesAt(url: string): Record<string, string> {
  return {
    XIAOZHI_LLM_USE: "openai",
    XIAOZHI_LLM_OPENAI_BASE_URL: url,
    XIAOZHI_LLM_OPENAI_MODEL: "mock",
    XIAOZHI_TTS_USE: "openai",
    XIAOZHI_TTS_OPENAI_BASE_URL: url,
    XIAOZHI_ASR_USE: "openai",
    XIAOZHI_ASR_OPENAI_BASE_URL: url,
    XIAOZHI_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
    // A device answers each call of a tool with a message.
    XIAOZHI_LIMITS_MESSAGES_PER_SECOND: "10000",
  };
}

async function measure(bench: Bench): Promise<void> {
  const { shared, nodes, devices, talkers } = bench;
  nodes.push(await NodeProcess.start("a", shared));
  await connect(bench);
  await converse(devices);
  const one = await costOfTurn(bench);
  for (const device of devices.splice(0)) device.close();
  nodes.push(...(await Promise.all(["b", "c"].map((name) => NodeProcess.start(name, shared)))));
  await pause(2_000);
  await connect(bench);
  await converse(devices);
  const three = await costOfTurn(bench);
  printFigures(`${talkers} conversations`, [
    { name: "CPU per turn at one node, ms", value: one.toFixed(1) },
    { name: "CPU per turn at three nodes, ms", value: three.toFixed(1) },
  ]);
  printFigures(`${CALLS} tool calls`, await callTools(bench));
  printFigures(`One of three nodes killed during ${talkers} conversations`, await killOne(bench));
}

async function connect({ devices, nodes, talkers }: Bench): Promise<void> {
  const doors = nodes.map(({ http }) => http);
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  for (let n = 0; n < talkers; n++) {
    devices.push(new FleetDevice(`02:00:00:01:${hex(n >> 8)}:${hex(n & 255)}`, doors));
  }
  for (let from = 0; from < talkers; from += 20) {
    await Promise.all(devices.slice(from, from + 20).map((device) => device.connect()));
  }
}

const question = (n: number) => `我是${n + 1}号`;

/** One turn of each device, begun one after another. */
async function converse(devices: readonly FleetDevice[]): Promise<void> {
  const turns = devices.map(async (device, n) => {
    await pause((n * ARRIVALS_MS) / devices.length);
    device.framesAt.length = 0;
    await device.converse(question(n));
  });
  await Promise.all(turns);
}

/** CPU of all nodes for one turn, ms. */
async function costOfTurn({ nodes, devices }: Bench): Promise<number> {
  const used = () => nodes.reduce((sum, { pid }) => sum + cpuMs(pid), 0);
  const before = used();
  await converse(devices);
  return (used() - before) / devices.length;
}

/** User and system time of a process, from `proc(5)`: fields 14 and 15, counted behind the name in brackets. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** The same call through the console of the device's own node and through that of another. */
async function callTools({ nodes, devices }: Bench): Promise<Figure[]> {
  const [device] = devices as [FleetDevice];
  const own = nodes.find(({ websocketPort }) => device.server.endsWith(`:${websocketPort}`)) as NodeProcess;
  const other = nodes.find((node) => node !== own) as NodeProcess;
  const visitor = new ConsoleVisitor();
  await visitor.claim(own.http);
  const timed = async (node: NodeProcess) => {
    const from = performance.now();
    const call = { name: "self.lamp.turn_on", arguments: {} };
    const answer = await visitor.ask(node.http, `/api/devices/${device.id}/tools`, call);
    if (answer.isError !== false) throw new Error(`the tool was not called: ${JSON.stringify(answer)}`);
    return performance.now() - from;
  };
  const [near, far]: [number[], number[]] = [[], []];
  for (let n = 0; n < CALLS; n++) {
    near.push(await timed(own));
    far.push(await timed(other));
  }
  const added = median(far) - median(near);
  return [
    { name: "at the device's own node, median ms", value: median(near).toFixed(2) },
    { name: "at another node, median ms", value: median(far).toFixed(2) },
    { name: "  added, ms", value: added.toFixed(2), target: "≤ 3" },
  ];
}

async function killOne({ nodes, devices }: Bench): Promise<Figure[]> {
  const victim = nodes[0] as NodeProcess;
  const isTheirs = (device: FleetDevice) => device.server.endsWith(`:${victim.websocketPort}`);
  const theirs = devices.filter(isTheirs);
  const others = devices.filter((device) => !isTheirs(device));
  const talking = converse(devices);
  await pause(ARRIVALS_MS + KILL_MS);
  const killedAt = performance.now();
  await victim.end("SIGKILL");
  const again = theirs.map(async (device, n) => {
    await device.insist(question(n), PATIENCE_MS);
    return performance.now() - killedAt;
  });
  const backMs = await Promise.all(again);
  await talking;
  const gaps = others.flatMap(({ framesAt }) =>
    framesAt.slice(LEAD_FRAMES).map((at, n) => at - (framesAt[n + LEAD_FRAMES - 1] as number)),
  );
  const late = others.flatMap(({ framesAt }) =>
    framesAt.filter((at, n) => at - (framesAt[0] as number) > n * FRAME_MS),
  );
  return [
    { name: "devices of the killed node", value: String(theirs.length) },
    { name: "  talk again after, median / worst ms", value: `${at(backMs, 0.5)} / ${at(backMs, 1)}`, target: "≤ 5000" },
    { name: "others: frames too late to be played", value: String(late.length), target: "0" },
    { name: "others: between frames, p99 / worst ms", value: `${at(gaps, 0.99)} / ${at(gaps, 1)}`, target: "p99 ≤ 75" },
    {
      name: "others: connections lost",
      value: String(others.reduce((sum, { losses }) => sum + losses, 0)),
      target: "0",
    },
  ];
}

function at(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
}
