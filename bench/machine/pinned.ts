import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import type { NodeSettings } from "../../cli/node-settings.ts";

const SERVER_CORE = "0";
const LOAD_CORE = "1";

/**
 * Whether processes can be held to one core each: on Linux with `taskset`, and two cores. Asked once, before this process
 * is held to one: from then on it counts only that one.
 */
const CAN_PIN = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** How `fork` is to start a process. */
export interface Pinned {
  readonly execPath?: string;
  readonly execArgv: string[];
  readonly env: NodeJS.ProcessEnv;
}

/** How to fork a process with these settings of Node that runs on the server's core alone, where that is possible. */
export function pinned({ flags, env: tuning }: NodeSettings = { flags: [], env: {} }): Pinned {
  const env = { ...process.env, ...tuning };
  if (!CAN_PIN) return { execArgv: [...flags], env };
  return { execPath: "taskset", execArgv: ["-c", SERVER_CORE, process.execPath, ...flags], env };
}

/** Holds this process to the other core. */
export function pinThisProcess(): void {
  if (CAN_PIN) spawnSync("taskset", ["-a", "-p", "-c", LOAD_CORE, String(process.pid)]);
}
