import { parseArgs } from "node:util";
import { natsProgram, startNats } from "../../test/slow/nodes/nats-server.ts";
import { postgresPrograms, startPostgres } from "../../test/slow/postgres-server.ts";
import { type Figure, median, printFigures } from "../figures.ts";
import { cpuMs, type Program } from "../machine/processor.ts";
import { Mocks } from "../talkers/mocks.ts";
import { SpeechBank } from "../talkers/speech-bank.ts";
import { BusListener } from "./bus-listener.ts";
import { ConsoleVisitor } from "./console-visitor.ts";
import { deviceIds } from "./device-ids.ts";
import { FleetDevice } from "./fleet-device.ts";
import { killOne } from "./kill.ts";
import { NodeProcess, type Shared } from "./node-process.ts";

const TALKERS = 200;
const CALLS = 300;
/** ms over which conversations begin. */
const ARRIVALS_MS = 5_000;
/** ms between an answer and the next question while a node is killed. */
const PAUSE_MS = 3_500;
/** ms over which people whose node was killed ask again. */
const SPREAD_MS = 2_000;

const HELP = `Usage: xiaozhi bench nodes [--talkers N] [--only kill] [--pause MS] [--spread MS]

Three nodes with a PostgreSQL and a NATS of their own on this computer: what a tool call to another node adds, what a turn costs
at one and at three nodes, and what devices notice when one of three nodes is killed during N conversations.

  --talkers N  devices that talk at once  [${TALKERS}]
  --only kill  nothing but the loss of a node
  --pause MS   time between an answer and the next question there, half as long to one and a half times; 0: everybody is always
               spoken to  [${PAUSE_MS}]
  --spread MS  time over which people whose node was killed ask again; 0: all in the same instant  [${SPREAD_MS}]`;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What all steps work with. */
interface Bench {
  readonly shared: Shared;
  readonly nodes: NodeProcess[];
  readonly devices: FleetDevice[];
  readonly talkers: number;
  /** ms between an answer and the next question, and over which people whose node was killed ask again. */
  readonly pauseMs: number;
  readonly spreadMs: number;
  /** What runs beside the nodes. */
  readonly programs: readonly Program[];
}

/** `xiaozhi bench nodes`: what several servers cost, and what the loss of one is like. */
export async function run(args: string[]): Promise<number> {
  const options = {
    talkers: { type: "string", default: String(TALKERS) },
    only: { type: "string" },
    pause: { type: "string", default: String(PAUSE_MS) },
    spread: { type: "string", default: String(SPREAD_MS) },
    help: { type: "boolean" },
  } as const;
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
  const programs = [
    { name: "model and voice", pid: process.pid },
    { name: "PostgreSQL", pid: database.pid },
    { name: "NATS", pid: bus.pid },
  ];
  const bench: Bench = {
    shared,
    nodes: [],
    devices: [],
    talkers,
    programs,
    pauseMs: Number(values.pause),
    spreadMs: Number(values.spread),
  };
  const interrupted = new Promise<never>((_, reject) => process.once("SIGINT", () => reject(new Error("interrupted"))));
  try {
    await Promise.race([values.only === "kill" ? measureKill(bench) : measure(bench), interrupted]);
  } catch (error) {
    console.error(`xiaozhi bench nodes: ${(error as Error).message}`);
    return 1;
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
  const levels = [await encodedAt(nodes)];
  const listener = await BusListener.at(shared.nats);
  await startOthers(bench);
  await connect(bench);
  await converse(devices);
  const three = await costOfTurn(bench);
  levels.push(await encodedAt(nodes));
  const said = await listener.take();
  await listener.close();
  printFigures(`${talkers} conversations`, [
    { name: "CPU per turn at one node, ms", value: one.toFixed(1) },
    { name: "CPU per turn at three nodes, ms", value: three.toFixed(1) },
    { name: "frames encoded most carefully, at one / three", value: levels.join(" / ") },
  ]);
  printFigures("Over NATS, for each device that comes and talks twice", saidFor(talkers, said));
  printFigures(`${CALLS} tool calls`, await callTools(bench));
  for (const device of devices.splice(0)) device.close();
  await pause(2_000);
  await printKill(bench);
}

/** Of all frames that nodes have encoded since their start, percent at the two best levels: fewer talkers at a node are encoded better. */
async function encodedAt(nodes: readonly NodeProcess[]): Promise<string> {
  const texts = await Promise.all(nodes.map(async ({ http }) => (await fetch(`${http}/metrics`)).text()));
  const counts = texts.flatMap((text) => [...text.matchAll(/^xiaozhi_encoded_frames_total\{level="(\w+)"\} (\d+)/gm)]);
  const sum = (some: typeof counts) => some.reduce((total, [, , count]) => total + Number(count), 0);
  return `${Math.round((100 * sum(counts.filter(([, level]) => level === "5" || level === "3"))) / sum(counts))} %`;
}

function saidFor(talkers: number, said: Awaited<ReturnType<BusListener["take"]>>): Figure[] {
  return [...said].map(([kind, { messages, bytes }]) => ({
    name: kind,
    value: `${(messages / talkers).toFixed(2)} of ${Math.round(bytes / messages)} B`,
  }));
}

async function measureKill(bench: Bench): Promise<void> {
  bench.nodes.push(await NodeProcess.start("a", bench.shared));
  await startOthers(bench);
  await printKill(bench);
}

/** Two more nodes, which all know of each other. */
async function startOthers({ shared, nodes }: Bench): Promise<void> {
  nodes.push(...(await Promise.all(["b", "c"].map((name) => NodeProcess.start(name, shared)))));
  await pause(2_000);
}

async function printKill({ nodes, talkers, programs, pauseMs, spreadMs }: Bench): Promise<void> {
  const { noticed, processor } = await killOne({ nodes, talkers, programs, pauseMs, spreadMs });
  printFigures(`One of three nodes killed during ${talkers} conversations`, noticed);
  printFigures("Percent of a core in the 3 s before / after it", processor);
}

async function connect({ devices, nodes, talkers }: Bench): Promise<void> {
  const doors = nodes.map(({ http }) => http);
  devices.push(...deviceIds(talkers).map((id) => new FleetDevice(id, doors)));
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
