import { AudioSocket } from "../light/audio-socket.ts";
import { LightDevice } from "../light/light-device.ts";
import { encodePhrases } from "../light/phrase-packets.ts";
import { PHRASES } from "../model/phrases.ts";
import { speakPhrases } from "../world/spoken-phrases.ts";
import { aborted, livesOf } from "./in-memory.ts";
import type { FromThread, Task, ThreadResult } from "./messages.ts";

const TICK_MS = 1_000;

/** Runs a thread's share of the fleet in real time, with devices that only speak the protocol. */
export async function runLight(
  task: Task,
  otaUrl: string,
  tell: (message: FromThread) => void,
  signal: AbortSignal,
): Promise<ThreadResult> {
  const { plan, thread } = task;
  const sound = encodePhrases(await speakPhrases(PHRASES));
  const audio = new AudioSocket();
  const beginsAt = performance.now();
  const onTurn = (turn: Parameters<ConstructorParameters<typeof LightDevice>[0]["onTurn"]>[0]) =>
    tell({ type: "turn", ...turn });
  const common = { seed: plan.seed, otaUrl, ...sound, audio, beginsAt, endsAt: beginsAt + plan.ms, onTurn };
  const fleet = livesOf(task).map((life) => new LightDevice({ ...common, life }));
  const ticking = setInterval(() => {
    const { user, system } = process.threadCpuUsage();
    const ready = fleet.filter(({ isReady }) => isReady).length;
    const [at, cpuMs, heapBytes] = [
      performance.now() - beginsAt,
      (user + system) / 1000,
      process.memoryUsage().heapUsed,
    ];
    tell({ type: "tick", thread, at, sessions: 0, ready, heapBytes, cpuMs });
  }, TICK_MS);
  const over = new Promise<void>((resolve) => setTimeout(resolve, plan.ms));
  const lived = Promise.all([over, ...fleet.map((device) => device.live())]);
  await Promise.race([lived, aborted(signal)]);
  clearInterval(ticking);
  for (const device of fleet) device.close();
  audio.close();
  const readyMs = fleet.flatMap((device) => device.readyMs ?? []);
  const nothing = { history: undefined, crashes: 0, grownSlots: [], secondHalf: undefined, databaseBytes: 0 };
  return { thread, neverReady: fleet.length - readyMs.length, readyMs, ...nothing };
}
