import { parentPort, workerData } from "node:worker_threads";
import { runInMemory } from "./in-memory.ts";
import { runLight } from "./light.ts";
import type { FromThread, Task } from "./messages.ts";
import { runOverSockets } from "./over-sockets.ts";

/** A thread of the fleet: its devices and, on virtual time, servers of their own. */
const task = workerData as Task;
const ending = new AbortController();
// The only message there is: the scenario ends before its time.
parentPort?.once("message", () => ending.abort());
const tell = (message: FromThread) => parentPort?.postMessage(message);
const run = (url: string | undefined) => {
  if (url === undefined) return runInMemory(task, tell, ending.signal);
  return task.isLight ? runLight(task, url, tell, ending.signal) : runOverSockets(task, url, tell, ending.signal);
};
tell({ type: "ended", ...(await run(task.serverUrl)) });
