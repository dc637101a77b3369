import { log, reason } from "./log.ts";

/**
 * Runs a callback of the SDK. An exception that leaves such a callback ends the whole virtual machine, which on a
 * device is a restart; here it becomes a log line that says where.
 */
export function contained(where: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error("callback failed", { where, reason: reason(error) });
  }
}

/** For promises that nobody waits for: a failure becomes a log line. */
export function detached(where: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.error("task failed", { where, reason: reason(error) }));
}
