import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FromThread, Task } from "./messages.ts";

/** MB of each thread for new objects, and for those that stay. */
const [YOUNG_MB, OLD_MB] = [64, 8_192];

/** A fleet that did not come to its end. */
export class FleetError extends Error {
  override readonly name = "FleetError";
  readonly code = "fleet-broken";
}

/**
 * Runs the fleet in its threads; resolves when all have ended, which they do before their time once `signal` is aborted.
 *
 * @throws FleetError when one breaks
 */
export async function runCrew(
  task: Omit<Task, "thread">,
  onMessage: (message: FromThread) => void,
  signal: AbortSignal,
): Promise<void> {
  const workers: Worker[] = [];
  const stop = () => {
    for (const worker of workers) worker.postMessage("stop");
  };
  signal.addEventListener("abort", stop);
  try {
    const running = Array.from({ length: task.threads }, async (_, thread) => {
      const folder = join(task.folder, `node-${thread + 1}`);
      await mkdir(folder, { recursive: true });
      const own: Task = { ...task, thread, folder };
      const worker = new Worker(new URL("./thread.ts", import.meta.url), {
        workerData: own,
        // Turns leave much behind that is soon of no use.
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
      });
      workers.push(worker);
      if (signal.aborted) worker.postMessage("stop");
      await ended(worker, thread, onMessage);
    });
    await Promise.all(running);
  } finally {
    signal.removeEventListener("abort", stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ended(worker: Worker, thread: number, onMessage: (message: FromThread) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      onMessage(message);
      if (message.type === "ended") resolve();
    });
    const broken = (what: string, cause?: unknown) =>
      reject(new FleetError(`thread ${thread + 1} of the fleet: ${what}`, { cause }));
    worker.on("error", (error) => broken(error instanceof Error ? error.message : String(error), error));
    worker.on("exit", (status) => broken(`ended with status ${status}`));
  });
}
