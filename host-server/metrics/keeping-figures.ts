import { Counter, Gauge, type Registry } from "prom-client";
import type { StorageEffort } from "../storage/effort.ts";

/** What is kept of conversations, and where. */
export interface Keeping {
  /** Entries of the history that wait to be written. */
  readonly waiting: () => number;
  readonly effort: StorageEffort;
}

/** Shows how the database does: what waits for it, what it took, and what failed. */
export function showKeeping(registry: Registry, { waiting, effort }: Keeping): void {
  const registers = [registry];
  new Gauge({
    name: "xiaozhi_history_waiting",
    help: "Entries of the history that wait to be written; they grow while the database is away.",
    registers,
    collect() {
      this.set(waiting());
    },
  });
  new Counter({
    name: "xiaozhi_storage_statements_total",
    help: "Statements that the database has carried out.",
    registers,
    collect() {
      this.reset();
      this.inc(effort.statements);
    },
  });
  new Counter({
    name: "xiaozhi_storage_seconds_total",
    help: "Seconds that they took together, waiting for each other included.",
    registers,
    collect() {
      this.reset();
      this.inc(effort.ms / 1_000);
    },
  });
  new Counter({
    name: "xiaozhi_storage_failures_total",
    help: "Statements that failed, by the code of their error.",
    labelNames: ["code"],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of effort.failures) this.inc({ code }, count);
    },
  });
}
