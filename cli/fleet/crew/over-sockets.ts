import { RealClock } from "../../../simulator/clock.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";
import { PHRASES } from "../model/phrases.ts";
import { Inhabitant } from "../world/inhabitant.ts";
import { speakPhrases } from "../world/spoken-phrases.ts";
import { aborted, end, livesOf, look } from "./in-memory.ts";
import type { FromThread, Task, ThreadResult } from "./messages.ts";

const TICK_MS = 1_000;

/** Runs a thread's share of the fleet in real time against a server of somebody else. Networks are what they are. */
export async function runOverSockets(
  task: Task,
  otaUrl: string,
  tell: (message: FromThread) => void,
  signal: AbortSignal,
): Promise<ThreadResult> {
  const { plan, thread } = task;
  const clock = new RealClock();
  const network = new HostNetwork();
  const phrases = await speakPhrases(PHRASES);
  const firmware = loadFirmware({ ...(task.board !== undefined && { board: task.board }), config: { otaUrl } });
  const beginsAt = clock.now();
  const common = { clock, network, firmware, phrases, seed: plan.seed, beginsAt, endsAt: beginsAt + plan.ms, signal };
  const fleet = livesOf(task).map((life) => {
    const calm = { ...life, weather: { ...life.weather, disturbances: [] } };
    return new Inhabitant({ ...common, life: calm, onTurn: (turn) => tell({ type: "turn", ...turn }) });
  });
  const ticking = setInterval(() => {
    tell({ type: "tick", thread, at: clock.now() - beginsAt, sessions: 0, ...look(fleet) });
  }, TICK_MS);
  const over = new Promise<void>((resolve) => clock.schedule(plan.ms, () => resolve()));
  const lived = Promise.all([over, ...fleet.map((one) => one.live())]);
  await Promise.race([lived, aborted(signal)]);
  clearInterval(ticking);
  return { thread, history: undefined, ...end(fleet), grownSlots: [], secondHalf: undefined, databaseBytes: 0 };
}
