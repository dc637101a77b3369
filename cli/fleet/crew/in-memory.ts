import { statSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DATABASE_FILE } from "../../../host-server/server/open-storage.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { DAY_BEGINS_AT } from "../model/day-curve.ts";
import { PHRASES } from "../model/phrases.ts";
import { planLife, STORM } from "../model/scenario.ts";
import { checkHistory } from "../world/history-check.ts";
import { createHomeNetwork, SERVER_NAME } from "../world/home-network.ts";
import { type FleetTurn, Inhabitant } from "../world/inhabitant.ts";
import { FleetNode } from "../world/node.ts";
import { speakPhrases } from "../world/spoken-phrases.ts";
import type { FromThread, SecondHalf, Task, ThreadResult } from "./messages.ts";

/** How often a scenario is looked at. */
const TICKS = 288;
/** Virtual ms that conversations may go on after the end. */
const LAST_WORDS_MS = 600_000;
/** Virtual ms that conversations may go on when the fleet is stopped. */
const CUT_OFF_MS = 15_000;
const BEGINNING = Date.UTC(2026, 5, 1, DAY_BEGINS_AT);

/**
 * Runs a thread's share of the fleet with servers of its own, in memory and on virtual time. Once `signal` is aborted
 * nothing new is begun, and what was lived until then is all.
 */
export async function runInMemory(
  task: Task,
  tell: (message: FromThread) => void,
  signal: AbortSignal,
): Promise<ThreadResult> {
  const { plan, folder } = task;
  const clock = new VirtualClock({ start: BEGINNING, isQuick: true });
  const phrases = await speakPhrases(PHRASES);
  const node = await clock.run(FleetNode.open({ clock, folder, phrases }));
  const turns: FleetTurn[] = [];
  let isOver = false;
  const onTurn = (turn: FleetTurn) => {
    // Whoever was cut off in the middle of a turn has not lived it.
    if (isOver) return;
    turns.push(turn);
    tell({ type: "turn", ...turn });
  };
  const config = { otaUrl: `http://${SERVER_NAME}:8002${OTA_PATH}` };
  const firmware = loadFirmware({ ...(task.board !== undefined && { board: task.board }), config });
  const beginsAt = clock.now();
  const common = { clock, firmware, phrases, seed: plan.seed, beginsAt, endsAt: beginsAt + plan.ms, signal, onTurn };
  const fleet: Inhabitant[] = [];
  for (const life of livesOf(task)) {
    fleet.push(new Inhabitant({ ...common, life, network: await createHomeNetwork(clock, life, plan.seed, node) }));
  }
  if (plan.scenario === "storm") clock.schedule(STORM.outageAt, () => loseServer(fleet));
  const lives = fleet.map((one) => one.live());
  const watch = new HeapWatch();
  for (let tick = 1; tick <= TICKS && !signal.aborted; tick++) {
    await clock.advance((plan.ms * tick) / TICKS + beginsAt - clock.now());
    if (tick === TICKS / 2) watch.begin(turns.length);
    tell({ type: "tick", thread: task.thread, at: clock.now() - beginsAt, ...look(fleet), sessions: node.sessions });
  }
  const over = signal.aborted ? clock.advance(CUT_OFF_MS) : clock.run(Promise.all(lives), { limitMs: LAST_WORDS_MS });
  await over;
  const grownSlots = fleet.flatMap(({ grownSlots: slots }) => (slots === undefined ? [] : [slots]));
  const secondHalf = watch.end(turns.length);
  isOver = true;
  const { crashes, ...ready } = end(fleet);
  // Conversations that were planned for later may come up meanwhile, and are not begun.
  await clock.run(node.stop(), { limitMs: LAST_WORDS_MS + plan.ms });
  const history = await clock.run(checkHistory(node.storage, turns, beginsAt), { limitMs: plan.ms });
  await clock.run(node.storage.close(), { limitMs: plan.ms });
  const databaseBytes = statSync(join(folder, DATABASE_FILE)).size;
  return { thread: task.thread, history, ...ready, crashes, grownSlots, secondHalf, databaseBytes };
}

/** The devices of this thread: dealt out in pairs, as every second one has another transport, which costs more or less. */
export function livesOf({ plan, thread, threads }: Task) {
  const numbers = Array.from({ length: plan.count }, (_, at) => at + 1);
  const isOwn = (number: number) => Math.floor(number / 2) % threads === thread;
  return numbers.filter(isOwn).map((number) => planLife(plan, number));
}

/** What a tick says of the fleet. */
export function look(fleet: readonly Inhabitant[]) {
  const { user, system } = process.threadCpuUsage();
  const ready = fleet.filter(({ isReady }) => isReady).length;
  return { ready, heapBytes: process.memoryUsage().heapUsed, cpuMs: (user + system) / 1000 };
}

/** Resolves once the fleet is to stop. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Switches all off. */
export function end(fleet: readonly Inhabitant[]) {
  const readyMs = fleet.flatMap((one) => one.readyMs ?? []);
  const crashes = fleet.reduce((sum, { device }) => sum + device.stats.crashes, 0);
  for (const { device } of fleet) device.close();
  return { readyMs, neverReady: fleet.length - readyMs.length, crashes };
}

function loseServer(fleet: readonly Inhabitant[]): void {
  for (const one of fleet) one.loseServer(STORM.outageMs);
}

/** What this thread holds without garbage, at half-time and at the end. */
class HeapWatch {
  readonly #collectGarbage: () => void;
  #begun: { heldBytes: number; rssBytes: number; turns: number } | undefined;

  constructor() {
    setFlagsFromString("--expose-gc");
    this.#collectGarbage = runInNewContext("gc");
  }

  begin(turns: number): void {
    this.#begun = { ...this.#look(), turns };
  }

  end(turns: number): SecondHalf | undefined {
    if (!this.#begun) return undefined;
    const { heldBytes, rssBytes } = this.#look();
    return {
      grownBytes: heldBytes - this.#begun.heldBytes,
      turns: turns - this.#begun.turns,
      rssBytes: [this.#begun.rssBytes, rssBytes],
    };
  }

  #look(): { heldBytes: number; rssBytes: number } {
    for (let n = 0; n < 3; n++) this.#collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heldBytes: heapUsed + external, rssBytes: rss };
  }
}
