import { createEncoder, opusKind } from "../../host-server/audio/opus.ts";
import { pinThisProcess } from "../machine/pinned.ts";
import { watchStolen } from "../machine/stolen.ts";
import { gapsBetween, lateIn } from "./heard.ts";
import type { MeasuredServer } from "./measured-server.ts";
import { Mocks } from "./mocks.ts";
import { OtherServer } from "./other-server.ts";
import { Pager } from "./pager.ts";
import { ServerProcess } from "./server-process.ts";
import type { SpeechBank } from "./speech-bank.ts";
import { Talker } from "./talker.ts";

const CONNECTING_AT_ONCE = 20;
const WARM_UP_TALKERS = 30;
/** ms after which an answer is given up. */
const PATIENCE_MS = 40_000;
const SAMPLING_MS = 250;
/** Loudness of the rooms in which microphones are, of 32767. */
const ROOM_NOISE = 90;

/** One step: how many talk, when they begin, and what else goes on. */
export interface Step {
  readonly talkers: number;
  /** ms over which they begin; 0: all at once. */
  readonly arrivalsMs: number;
  /** Whether all devices send sound all the time. */
  readonly withMicrophones: boolean;
  /** Folder with a full console that two people page through meanwhile; undefined for nobody. */
  readonly console?: string | undefined;
  /** A server that runs already, and is measured instead of ours. */
  readonly other?: Other | undefined;
  /** File for where the server's time went; undefined where nobody wants to know. */
  readonly profile?: string | undefined;
}

/** A server of any make, whose model and voice are those of the bench. */
export interface Other {
  readonly url: string;
  /** Its process; undefined where CPU and memory are not asked for. */
  readonly pid: number | undefined;
  /** Where it expects model and voice, on this computer. */
  readonly mocksPort: number;
}

/** What a step did. */
export interface Result {
  readonly step: Step;
  readonly firstAudioMs: readonly number[];
  readonly overheadMs: readonly number[];
  readonly gapsMs: readonly number[];
  readonly lateFrames: number;
  /** Talkers that never heard the end of their answer. */
  readonly unanswered: number;
  readonly rssBytes: number;
  readonly rssPerSessionBytes: number;
  readonly cpuPercent: number;
  /** Percent of all cores that the host of a virtual machine took meanwhile; NaN where nothing tells. */
  readonly stolenPercent: number;
  /** ms that each page of the console took. */
  readonly pagesMs: readonly number[];
  readonly codec: string;
  /** Share of the frames, 0 to 1, that each level of the encoder took. */
  readonly levels: { readonly [level: string]: number };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether the talker heard its whole answer before patience ended. */
function isAnswered(talker: Talker): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    void talker.ask().then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Runs one step on a fresh server, whose voice speaks what is in the bank. */
export async function measure(step: Step, bank: SpeechBank): Promise<Result> {
  pinThisProcess();
  const mocks = new Mocks(bank);
  const api = await mocks.start(step.other?.mocksPort);
  const server = await serverFor(step, api);
  try {
    await warmUp(server.url);
    await pause(500);
    const { rssBytes: rssBefore } = await server.usage();
    const encodedBefore = await server.encodedFrames();
    const talkers = await connect(server.url, step.talkers, 1);
    if (step.withMicrophones) {
      const packets = roomNoise();
      for (const talker of talkers) talker.listen(packets);
      await pause(1_000);
    }
    const pager = step.console && server.address ? await Pager.start(server.address) : undefined;
    const endProfile = step.profile && (await server.profile?.(step.profile));
    const { rssBytes, ...talked } = await talk(talkers, step, server);
    const pagesMs = (await pager?.stop()) ?? [];
    if (endProfile) await endProfile();
    for (const talker of talkers) talker.close();
    return {
      step,
      ...evaluate(talkers, mocks),
      ...talked,
      pagesMs,
      rssBytes,
      rssPerSessionBytes: (rssBytes - rssBefore) / step.talkers,
      codec: opusKind.kind,
      levels: shares(encodedBefore, await server.encodedFrames()),
    };
  } finally {
    await server.stop();
    mocks.stop();
  }
}

async function serverFor({ other, console }: Step, api: string): Promise<MeasuredServer> {
  return other ? new OtherServer(other.url, other.pid) : ServerProcess.start(api, console);
}

/** What runs for the first time is compiled first; a server that has been up for a while is what counts. */
async function warmUp(url: string): Promise<void> {
  const talkers = await connect(url, WARM_UP_TALKERS, 10_000);
  await Promise.all(talkers.map(isAnswered));
  for (const talker of talkers) talker.close();
}

async function connect(url: string, count: number, first: number): Promise<Talker[]> {
  const talkers: Talker[] = [];
  while (talkers.length < count) {
    const numbers = Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - talkers.length) }, (_, n) => n);
    talkers.push(...(await Promise.all(numbers.map((n) => Talker.connect(url, first + talkers.length + n)))));
  }
  return talkers;
}

async function talk(talkers: readonly Talker[], { arrivalsMs }: Step, server: MeasuredServer) {
  const before = await server.usage();
  const from = performance.now();
  const stolen = watchStolen();
  let rssBytes = before.rssBytes;
  let isOver = false;
  const sampling = (async () => {
    for (; !isOver; await pause(SAMPLING_MS)) rssBytes = Math.max(rssBytes, (await server.usage()).rssBytes);
  })();
  const answered = talkers.map(async (talker, n) => {
    if (arrivalsMs > 0) await pause((n * arrivalsMs) / talkers.length);
    return isAnswered(talker);
  });
  const unanswered = (await Promise.all(answered)).filter((isWhole) => !isWhole).length;
  const stolenPercent = stolen();
  isOver = true;
  await sampling;
  const after = await server.usage();
  const cpuPercent = (after.cpuMicroseconds - before.cpuMicroseconds) / (performance.now() - from) / 10;
  return { unanswered, cpuPercent, stolenPercent, rssBytes };
}

function shares(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Result["levels"] {
  const counts = [...after].map(([level, count]) => [level, count - (before.get(level) ?? 0)] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(counts.filter(([, count]) => count > 0).map(([level, count]) => [level, count / total]));
}

function evaluate(talkers: readonly Talker[], { times }: Mocks) {
  const heard = talkers.filter(({ framesAt }) => framesAt.length > 0);
  const first = ({ framesAt, askedAt }: Talker) => (framesAt[0] as number) - askedAt;
  const overhead = (talker: Talker) => {
    const { clauseMs = Number.NaN, voiceMs = Number.NaN } = times.get(talker.number) ?? {};
    return first(talker) - clauseMs - voiceMs;
  };
  return {
    firstAudioMs: heard.map(first),
    overheadMs: heard.map(overhead),
    gapsMs: heard.flatMap(({ framesAt }) => gapsBetween(framesAt)),
    lateFrames: heard.reduce((sum, { framesAt }) => sum + lateIn(framesAt), 0),
  };
}

/** Packets of a quiet room, as a device sends them. */
function roomNoise(): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: 16_000, complexity: 0, bitRate: 16_000 });
  const frame = () => Int16Array.from({ length: 960 }, () => (Math.random() - 0.5) * 2 * ROOM_NOISE);
  return Array.from({ length: 100 }, () => encoder.encode(frame()));
}
