import type { Log } from "../log.ts";
import { tellFault } from "./contained.ts";

/** So many faults within so many ms are no accident: what goes on then had better begin anew. */
const MOST = 20;
const WITHIN_MS = 60_000;

/** What of a process tells of faults that nobody has caught. */
export interface FaultyProcess {
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  off(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): unknown;
  exit(status: number): unknown;
}

/**
 * The last net, for what every entry's own guard lets through: a fault is told in the log, and the conversations of all others go on.
 * When they come one after the other, the process ends, to be started again by whatever watches it. Gives what takes the net away.
 */
export function outliveFaults(log: Log, subject: FaultyProcess = process, now = () => performance.now()): () => void {
  let times: number[] = [];
  const outlive = (at: string) => (error: unknown) => {
    times = [...times, now()].filter((time) => now() - time < WITHIN_MS);
    if (times.length <= MOST) return tellFault(log, { at }, error);
    log.fatal({ at, error, faults: times.length }, "one fault after the other: the server ends");
    subject.exit(1);
  };
  const [onException, onRejection] = [outlive("process"), outlive("promise")];
  subject.on("uncaughtException", onException);
  subject.on("unhandledRejection", onRejection);
  return () => {
    subject.off("uncaughtException", onException);
    subject.off("unhandledRejection", onRejection);
  };
}
