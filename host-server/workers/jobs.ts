import { parentPort } from "node:worker_threads";

/** A job as it crosses to a worker. */
export interface JobRequest<Job> {
  id: number;
  job: Job;
}

/** Its answer: a result, or the text of the error that the worker met. */
export type JobReply<Result> = { id: number; result: Result } | { id: number; error: string };

/**
 * Makes this worker answer jobs, one after the other in the order of their arrival. On the main thread it does nothing,
 * so that a module with jobs may be imported there.
 *
 * @param work gives the result and the buffers to hand over instead of copying
 */
export function serveJobs<Job, Result>(
  work: (job: Job) => Promise<{ result: Result; transfer?: ArrayBuffer[] }>,
): void {
  const port = parentPort;
  if (!port) return;
  let previous: Promise<void> = Promise.resolve();
  port.on("message", ({ id, job }: JobRequest<Job>) => {
    previous = previous.then(async () => {
      try {
        const { result, transfer } = await work(job);
        port.postMessage({ id, result } satisfies JobReply<Result>, transfer);
      } catch (error) {
        port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  });
}
