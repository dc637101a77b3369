import { Gauge, type Registry } from "prom-client";
import type { Crew } from "../workers/worker-pool.ts";

/** Shows how busy the threads are that recognise and speak, by the stage of a turn that they work for. */
export function showCrews(registry: Registry, crews: Iterable<Crew>): void {
  const show = (name: string, help: string, read: (crew: Crew) => number) => {
    new Gauge({
      name: `xiaozhi_${name}`,
      help,
      labelNames: ["stage"],
      registers: [registry],
      collect() {
        this.reset();
        for (const crew of crews) this.inc({ stage: crew.stage }, read(crew));
      },
    });
  };
  show("workers", "Threads that work for a stage.", ({ size }) => size);
  show("workers_busy", "Threads that are at work.", ({ size, idle }) => size - idle);
  show(
    "workers_waiting",
    "Turns that wait for a thread: too few of them, or too little processor.",
    ({ waiting }) => waiting,
  );
}
