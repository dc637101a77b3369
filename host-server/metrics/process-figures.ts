import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/** ms between two looks at how late the event loop is. */
const LOOK_MS = 10;
const QUANTILES = [0.5, 0.99, 1] as const;

/** What the process itself costs, and how late it is: the first sign of too many devices. */
export class ProcessFigures {
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    const read = () => this.#delay;
    new Gauge({
      name: "xiaozhi_event_loop_delay_seconds",
      help: "How late the event loop was since the last reading, by quantile; sound stutters beyond 0.06.",
      labelNames: ["quantile"],
      registers,
      collect() {
        const delay = read();
        if (!delay) return;
        for (const quantile of QUANTILES) {
          const nanoseconds = quantile === 1 ? delay.max : delay.percentile(quantile * 100);
          // A look that came in time is late by its own pause.
          this.set({ quantile: String(quantile) }, Math.max(0, nanoseconds / 1e9 - LOOK_MS / 1_000));
        }
        delay.reset();
      },
    });
    new Counter({
      name: "xiaozhi_cpu_seconds_total",
      help: "Seconds of processor time that the process has used, all threads.",
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
    new Gauge({
      name: "xiaozhi_resident_memory_bytes",
      help: "Memory of the process.",
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  /** Begins to measure how late the event loop is. */
  start(): void {
    this.#delay ??= monitorEventLoopDelay({ resolution: LOOK_MS });
    this.#delay.enable();
  }

  stop(): void {
    this.#delay?.disable();
    this.#delay = undefined;
  }
}
