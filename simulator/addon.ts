import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { SimulatorError } from "./errors.ts";

/** What crosses the bridge: plain values as they are, bytes as a copy, everything else as JSON. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | ArrayBuffer
  | ArrayBufferView
  | readonly Value[]
  | { readonly [key: string]: Value };

declare const bundleBrand: unique symbol;
declare const machineBrand: unique symbol;
export type BundleHandle = { readonly [bundleBrand]: true };
export type MachineHandle = { readonly [machineBrand]: true };

export interface EngineOptions {
  chunkInitialBytes: number;
  chunkIncrementBytes: number;
  slotsInitial: number;
  slotsIncrement: number;
  stackSlots: number;
  keysInitial: number;
  keysIncrement: number;
  meterLimit: number;
  seed: number;
  debugger: string | undefined;
}

/** A machine's own figures; slots and bytes as on this host, where a slot has 32 bytes. */
export interface EngineStats {
  chunkBytes: number;
  chunkPeakBytes: number;
  chunkReservedBytes: number;
  chunkBaselineBytes: number;
  slots: number;
  slotsPeak: number;
  slotsReserved: number;
  slotsBaseline: number;
  slotBytes: number;
  stackSlots: number;
  stackPeakSlots: number;
  keys: number;
  /** Wraps at 65536. */
  collections: number;
  parserPeakBytes: number;
  meter: number;
  unhandledErrors: number;
}

/** What the C side throws: an Error with the raw facts. */
export interface EngineFailure extends Error {
  engineCode?: string;
  engineName?: string;
  engineStack?: string;
}

export interface Addon {
  createBundle(parts: readonly string[], files?: readonly (string | Uint8Array)[]): BundleHandle;
  createMachine(
    bundle: BundleHandle,
    name: string,
    options: EngineOptions,
    onCall: (...args: Value[]) => Value,
    onLog: (level: number, text: string) => void,
    onNow: () => number,
  ): MachineHandle;
  importModule(machine: MachineHandle, specifier: string, preloading: boolean): void;
  finishPreload(machine: MachineHandle): void;
  /** Later machines of the bundle start from this one, which belongs to the bundle then; the handle is empty. */
  shareMachine(machine: MachineHandle): void;
  evaluate(machine: MachineHandle, source: string): Value;
  notify(machine: MachineHandle, id: number, method: string, ...args: Value[]): Value;
  collect(machine: MachineHandle): void;
  sealBaseline(machine: MachineHandle, chunkBudgetBytes: number, slotBudget: number): void;
  setUtcOffset(machine: MachineHandle, seconds: number): void;
  readStats(machine: MachineHandle): EngineStats;
  startCoverage(machine: MachineHandle): void;
  /** Path, line and count in turns. */
  readCoverage(machine: MachineHandle): (string | number)[];
  /** Two file descriptors, and the path by which programs open the second. */
  openTerminal(): { readonly master: number; readonly slave: number; readonly path: string };
  /** false when the machine is running: it then ends at its next call of the host. */
  closeMachine(machine: MachineHandle): boolean;
}

const path = process.env["XIAOZHI_SIMULATOR_ADDON"] ?? join(import.meta.dirname, "../.build/native/simulator.node");

function load(): Addon {
  if (!existsSync(path)) {
    throw new SimulatorError("addon-missing", `${path} is not built yet: run "node cli/native/build.ts" or "npm test"`);
  }
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    throw new SimulatorError("addon-missing", `${path} cannot be loaded: build it again on this machine`, { cause });
  }
}

let loaded: Addon | undefined;

/**
 * The native library, loaded at the first use.
 *
 * @throws SimulatorError "addon-missing", saying what to run.
 */
export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}
