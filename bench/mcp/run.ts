import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";
import { nodeSettingsOf } from "../../cli/node-settings.ts";
import { sealReferenceToken } from "../../host-server/mcp-endpoint/tokens/reference-token.ts";
import { pinned, pinThisProcess } from "../machine/pinned.ts";
import type { FromServer } from "./server-child.ts";
import { answerOf, callText } from "./tool.ts";

/** Nothing in between, the smallest relay, or ours. */
export const SUBJECTS = ["direct", "smallest", "ours"] as const;

export type Subject = (typeof SUBJECTS)[number];

/** The endpoint's key, as the bench's tokens have it. */
export const KEY = "a key for the bench of the relay";

const WARM_UP_MS = 1_000;
const WARM_UP_PAIRS = 25;
const MEASURE_MS = 3_000;
/** Connections that open at the same time. */
const AT_ONCE = 25;

export interface McpRung {
  readonly subject: Subject;
  readonly pairs: number;
  /** Calls a second that were asked for; undefined: each pair as fast as it gets answers. */
  readonly rate?: number;
  readonly callsPerSecond: number;
  /** ms, p50 and p99, of a round trip. */
  readonly roundTripMs: readonly [number, number];
  readonly cpuPercent: number;
  readonly rssKibPerPair: number;
  /** How busy the generator was. */
  readonly loadCpuPercent: number;
}

/** One assistant and its tool. */
class Pair {
  readonly #caller: WebSocket;
  readonly #tool: WebSocket | undefined;
  readonly #sentAt = new Map<number, number>();
  readonly #onAnswer: (pair: Pair, ms: number) => void;
  #nextId = 1;

  private constructor(caller: WebSocket, tool: WebSocket | undefined, onAnswer: (pair: Pair, ms: number) => void) {
    this.#caller = caller;
    this.#tool = tool;
    this.#onAnswer = onAnswer;
  }

  static async connect(
    base: string,
    subject: Subject,
    at: number,
    onAnswer: (pair: Pair, ms: number) => void,
  ): Promise<Pair> {
    const token = encodeURIComponent(sealReferenceToken(KEY, `agent-${at}`));
    const open = async (side: string, onText: (socket: WebSocket, text: string) => void) => {
      const socket = new WebSocket(`${base}/mcp_endpoint/${side}/?token=${token}`, { perMessageDeflate: false });
      // The relay may speak as soon as the connection is there.
      socket.on("message", (data) => onText(socket, String(data)));
      await once(socket, "open");
      return socket;
    };
    const listed = Promise.withResolvers<void>();
    const answer = (socket: WebSocket, text: string) => {
      const given = answerOf(text);
      if (given !== undefined) socket.send(given);
      if (text.includes('"tools/list"')) listed.resolve();
    };
    const tool = subject === "direct" ? undefined : await open("mcp", answer);
    if (subject === "ours") await listed.promise;
    const pair: Pair = new Pair(await open("call", (_, text) => pair.#answered(text)), tool, onAnswer);
    return pair;
  }

  call(): void {
    const id = this.#nextId++;
    this.#sentAt.set(id, performance.now());
    this.#caller.send(callText(id));
  }

  close(): void {
    this.#caller.terminate();
    this.#tool?.terminate();
  }

  #answered(text: string): void {
    const id = Number(/"id":(\d+)/.exec(text)?.[1]);
    const sentAt = this.#sentAt.get(id);
    if (sentAt === undefined) return;
    this.#sentAt.delete(id);
    this.#onAnswer(this, performance.now() - sentAt);
  }
}

async function next<T extends FromServer["type"]>(child: ChildProcess, type: T) {
  const [message] = (await once(child, "message")) as [FromServer];
  if (message.type !== type) throw new Error(`the relay said ${message.type}, not ${type}`);
  return message as Extract<FromServer, { type: T }>;
}

async function usage(child: ChildProcess) {
  child.send("usage");
  return next(child, "usage");
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Connecting {
  readonly base: string;
  readonly subject: Subject;
  readonly onAnswer: (pair: Pair, ms: number) => void;
}

async function connect(pairs: Pair[], count: number, { base, subject, onAnswer }: Connecting): Promise<void> {
  while (pairs.length < count) {
    const some = Math.min(AT_ONCE, count - pairs.length);
    const numbers = Array.from({ length: some }, (_, at) => pairs.length + at);
    pairs.push(...(await Promise.all(numbers.map((at) => Pair.connect(base, subject, at, onAnswer)))));
  }
}

/** What runs for the first time is compiled first: that is no memory of a pair. Whoever warms up leaves again. */
async function warmUp(base: string, subject: Subject): Promise<void> {
  const pairs: Pair[] = [];
  await connect(pairs, WARM_UP_PAIRS, { base, subject, onAnswer: (pair) => pair.call() });
  for (const pair of pairs) pair.call();
  await pause(WARM_UP_MS);
  for (const pair of pairs) pair.close();
  await pause(WARM_UP_MS / 2);
}

/** Runs so many pairs of assistant and tool on a fresh relay in a process of its own. */
export async function measure(subject: Subject, pairCount: number, rate?: number): Promise<McpRung> {
  pinThisProcess();
  const child = fork(join(import.meta.dirname, "server-child.ts"), [subject], pinned(nodeSettingsOf("mcp-endpoint")));
  const base = `ws://127.0.0.1:${(await next(child, "listening")).port}`;
  await warmUp(base, subject);
  const idle = await usage(child);
  let times: number[] = [];
  const onAnswer = (pair: Pair, ms: number) => {
    times.push(ms);
    if (rate === undefined) pair.call();
  };
  const pairs: Pair[] = [];
  try {
    await connect(pairs, pairCount, { base, subject, onAnswer });
    const stop = rate === undefined ? callAll(pairs) : callAtRate(pairs, rate);
    await pause(WARM_UP_MS);
    times = [];
    const before = await usage(child);
    const loadBefore = process.cpuUsage();
    const from = performance.now();
    await pause(MEASURE_MS);
    const measured = times;
    const ms = performance.now() - from;
    const after = await usage(child);
    const { user, system } = process.cpuUsage(loadBefore);
    stop();
    return {
      subject,
      pairs: pairCount,
      ...(rate !== undefined && { rate }),
      callsPerSecond: (measured.length * 1000) / ms,
      roundTripMs: percentiles(measured),
      cpuPercent: (after.cpuMicroseconds - before.cpuMicroseconds) / ms / 10,
      rssKibPerPair: (after.rssBytes - idle.rssBytes) / 1024 / pairCount,
      loadCpuPercent: (user + system) / ms / 10,
    };
  } finally {
    for (const pair of pairs) pair.close();
    child.disconnect();
    await once(child, "exit");
  }
}

function callAll(pairs: readonly Pair[]): () => void {
  for (const pair of pairs) pair.call();
  return () => {};
}

/** One call after another, spread evenly over the time and over the pairs. */
function callAtRate(pairs: readonly Pair[], rate: number): () => void {
  const from = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - from) * rate) / 1000);
    for (; sent < due; sent++) pairs[sent % pairs.length]?.call();
  }, 1);
  return () => clearInterval(timer);
}

/** p50 and p99. */
export function percentiles(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return [at(0.5), at(0.99)];
}
