import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SERVER_CORE = "0";
const LOAD_CORE = "1";

/**
 * Whether processes can be held to one core each: on Linux with `taskset`, and two cores. Asked once, before this process
 * is held to one: from then on it counts only that one.
 */
const CAN_PIN = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** How to fork a process with these flags of Node that runs on the server's core alone, where that is possible. */
export function pinned(flags: readonly string[] = []): { readonly execPath?: string; readonly execArgv: string[] } {
  if (!CAN_PIN) return { execArgv: [...flags] };
  return { execPath: "taskset", execArgv: ["-c", SERVER_CORE, process.execPath, ...flags] };
}

/** Holds this process to the other core. */
export function pinThisProcess(): void {
  if (CAN_PIN) spawnSync("taskset", ["-a", "-p", "-c", LOAD_CORE, String(process.pid)]);
}
