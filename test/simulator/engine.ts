import { join } from "node:path";
import { createBundle } from "../../simulator/bundle.ts";
import type { SimulatorError } from "../../simulator/errors.ts";
import { type LogLevel, Machine, type MachineOptions, type Value } from "../../simulator/machine.ts";
import type { JsonObject } from "../../simulator/manifest.ts";

export const creation = {
  chunk: { initial: 32_768, incremental: 0 },
  heap: { initial: 1024, incremental: 0 },
  stack: 512,
  keys: { initial: 32, incremental: 32 },
  main: "main",
};

const root = join(import.meta.dirname, "../..");

/** A bundle of modules given as text: `{ "modules/a": "export const a = 1;" }`. */
export function textBundle(sources: Readonly<Record<string, string>>, config: JsonObject = {}) {
  const texts = Object.entries(sources).map(([specifier, source]) => ({ specifier, source, path: `${specifier}.ts` }));
  const twins = { host: join(root, "simulator/twins/xs/host.ts") };
  return createBundle({ directory: root, modules: new Map(), config }, twins, texts);
}

export interface Rig {
  machine: Machine;
  logs: { level: LogLevel; text: string }[];
  aborts: SimulatorError[];
}

export interface RigOptions extends Partial<MachineOptions> {
  call?: (machine: Machine, name: string, ...args: Value[]) => unknown;
}

/** A machine on a clock that stands at one second past the epoch, with what it said and how it ended. */
export function rig(sources: Readonly<Record<string, string>>, options: RigOptions = {}): Rig {
  return rigOn(textBundle(sources), options);
}

export function rigOn(bundle: ReturnType<typeof createBundle>, options: RigOptions = {}): Rig {
  const { call, ...rest } = options;
  const logs: Rig["logs"] = [];
  const aborts: SimulatorError[] = [];
  const machine: Machine = new Machine(
    bundle,
    { name: "test", creation, clock: { now: () => 1000 }, seed: 1, ...rest },
    {
      call: (name, ...args) => call?.(machine, name, ...args),
      log: (level, text) => logs.push({ level, text }),
      aborted: (error) => aborts.push(error),
    },
  );
  return { machine, logs, aborts };
}
