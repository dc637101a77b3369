import type { FleetPlan } from "../model/scenario.ts";
import type { HistoryCheck } from "../world/history-check.ts";
import type { FleetTurn } from "../world/inhabitant.ts";

/** What one thread of the fleet does. */
export interface Task {
  readonly plan: FleetPlan;
  /** Which of so many threads it is. */
  readonly thread: number;
  readonly threads: number;
  /** Where devices ask for a version, in real time; undefined: servers of its own, in memory, on virtual time. */
  readonly serverUrl: string | undefined;
  /** Whether its devices only speak the protocol, to the server at that address. */
  readonly isLight: boolean;
  /** A folder's name or path. */
  readonly board: string | undefined;
  /** Where its servers keep what they keep. */
  readonly folder: string;
}

/** What a thread is doing. */
export interface Tick {
  readonly thread: number;
  /** ms from the beginning of the scenario. */
  readonly at: number;
  /** Sessions of its servers; 0 where the server is elsewhere. */
  readonly sessions: number;
  /** Devices that are ready, or in conversation. */
  readonly ready: number;
  /** Of this thread's JavaScript. */
  readonly heapBytes: number;
  /** CPU that this thread has used, ms. */
  readonly cpuMs: number;
}

/** What remains after all. */
export interface ThreadResult {
  readonly thread: number;
  /** undefined where the history is elsewhere. */
  readonly history: HistoryCheck | undefined;
  /** Devices that were never ready. */
  readonly neverReady: number;
  /** ms until each was. */
  readonly readyMs: readonly number[];
  readonly crashes: number;
  /** Slots that each device's heap holds more than after its first conversations. */
  readonly grownSlots: readonly number[];
  /** undefined where it was not lived through. */
  readonly secondHalf: SecondHalf | undefined;
  readonly databaseBytes: number;
}

/** What the second half of a scenario left behind, garbage collected before and after. */
export interface SecondHalf {
  /** Bytes that the thread's objects and their buffers have grown by. */
  readonly grownBytes: number;
  readonly turns: number;
  /** Memory of the whole process, bytes: at half-time, and at the end. */
  readonly rssBytes: readonly [number, number];
}

export type FromThread =
  | ({ readonly type: "turn" } & FleetTurn)
  | ({ readonly type: "tick" } & Tick)
  | ({ readonly type: "ended" } & ThreadResult);
