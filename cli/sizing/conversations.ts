import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { OTA_PATH } from "../../protocol/ota.ts";
import { AudioSocket } from "../fleet/light/audio-socket.ts";
import { LightDevice } from "../fleet/light/light-device.ts";
import { encodePhrases } from "../fleet/light/phrase-packets.ts";
import { PHRASES } from "../fleet/model/phrases.ts";
import { type FleetPlan, planLife } from "../fleet/model/scenario.ts";
import { isHeard, percentile } from "../fleet/report/timeline.ts";
import type { FleetTurn } from "../fleet/world/inhabitant.ts";
import { speakPhrases } from "../fleet/world/spoken-phrases.ts";
import { nodeSettingsOf } from "../node-settings.ts";
import type { FromSizedServer } from "./server-child.ts";

/** What talking and idle devices cost a server on this machine. */
export interface ConversationCost {
  /** Share of a core that a device takes while somebody talks with it, 0 to 1. */
  readonly coreShare: number;
  /** CPU of a whole turn, ms. */
  readonly turnCpuMs: number;
  readonly turns: number;
  /** From the last packet said to the first one heard, ms, of half of the turns. */
  readonly firstSoundMs: number;
  readonly idleRssBytes: number;
  /** Of the server without devices. */
  readonly serverRssBytes: number;
}

const TALKERS = 20;
const TALK_MS = 15_000;
const IDLE = 1_000;
const AT_ONCE = 50;

/** Lets some devices talk to a server in a process of its own for a while, and connects many more. */
export async function measureConversations(folder: string): Promise<ConversationCost> {
  const { flags, env } = nodeSettingsOf("server");
  const child = fork(join(import.meta.dirname, "server-child.ts"), [folder], {
    execArgv: [...process.execArgv, ...flags],
    env: { ...process.env, ...env },
  });
  const audio = new AudioSocket();
  try {
    const { http } = await next(child, "listening");
    const otaUrl = `http://127.0.0.1:${http}${OTA_PATH}`;
    const sound = encodePhrases(await speakPhrases(PHRASES));
    const turns: FleetTurn[] = [];
    const talkFor = (ms: number) => talk({ ms, otaUrl, ...sound, audio, onTurn: (turn) => turns.push(turn) });
    // What runs for the first time is compiled first.
    await talkFor(TALK_MS / 3);
    turns.length = 0;
    const before = await usage(child);
    const talkedMs = await talkFor(TALK_MS);
    const after = await usage(child);
    const idleRssBytes = await connectIdle(otaUrl, sound, audio, child);
    const heard = turns.filter(isHeard);
    const cpuMs = after.cpuMs - before.cpuMs;
    return {
      coreShare: cpuMs / (TALKERS * talkedMs),
      turnCpuMs: cpuMs / heard.length,
      turns: heard.length,
      firstSoundMs: percentile(
        heard.flatMap((turn) => turn.firstSoundMs ?? []),
        0.5,
      ),
      idleRssBytes,
      serverRssBytes: before.rssBytes,
    };
  } finally {
    audio.close();
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }
}

type Talk = Omit<ConstructorParameters<typeof LightDevice>[0], "life" | "seed" | "beginsAt" | "endsAt"> & {
  readonly ms: number;
};

const PLAN: FleetPlan = { scenario: "talk", count: TALKERS, seed: 1, ms: TALK_MS, turns: 8, transport: "websocket" };

/** Gives how long they talked, ms. */
async function talk({ ms, ...rest }: Talk): Promise<number> {
  const beginsAt = performance.now();
  const devices = Array.from({ length: TALKERS }, (_, at) => {
    const life = planLife(PLAN, at + 1);
    const soon = life.conversations.map((one) => ({ ...one, at: (at * 1_000) / TALKERS }));
    return new LightDevice({
      ...rest,
      life: { ...life, startsAt: 0, conversations: soon },
      seed: 1,
      beginsAt,
      endsAt: beginsAt + ms,
    });
  });
  await Promise.all(devices.map((device) => device.live()));
  for (const device of devices) device.close();
  return performance.now() - beginsAt;
}

/** Bytes that each silent device takes. */
async function connectIdle(
  otaUrl: string,
  sound: Pick<Talk, "phrases" | "silence">,
  audio: AudioSocket,
  child: ChildProcess,
): Promise<number> {
  const before = await usage(child);
  const silent: LightDevice[] = [];
  for (let at = 0; at < IDLE; at += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, n) => {
      const life = { ...planLife({ ...PLAN, scenario: "idle" }, 1_000 + at + n), startsAt: 0 };
      return new LightDevice({ ...sound, otaUrl, audio, life, seed: 1, beginsAt: 0, endsAt: 0, onTurn: () => {} });
    });
    await Promise.all(some.map((device) => device.stay()));
    silent.push(...some);
  }
  const after = await usage(child);
  for (const device of silent) device.close();
  return Math.max(0, after.rssBytes - before.rssBytes) / IDLE;
}

async function usage(child: ChildProcess) {
  child.send("usage");
  return next(child, "usage");
}

async function next<T extends FromSizedServer["type"]>(child: ChildProcess, type: T) {
  const [message] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([status]) => Promise.reject(new Error(`the server ended with status ${status}`))),
  ])) as [FromSizedServer];
  if (message.type !== type) throw new Error(`the server said ${message.type}, not ${type}`);
  return message as Extract<FromSizedServer, { type: T }>;
}
