import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EndedCall } from "../caller-connection.ts";
import type { ConnectionCounts } from "../relay.ts";

/** Seconds: tools of this machine answer in milliseconds, those of the net in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The endpoint's figures as Prometheus reads them. */
export class EndpointMetrics {
  readonly #registry = new Registry();
  readonly #seconds: Histogram<"outcome">;
  readonly #refused: Counter<"reason">;
  #strayCount = 0;

  constructor(counts: () => ConnectionCounts) {
    const registers = [this.#registry];
    new Gauge({
      name: "xiaozhi_mcp_endpoint_connections",
      help: "Connections, by side.",
      labelNames: ["role"],
      registers,
      collect() {
        const { tool_connections, robot_connections } = counts();
        this.set({ role: "tool" }, tool_connections);
        this.set({ role: "caller" }, robot_connections);
      },
    });
    this.#seconds = new Histogram({
      name: "xiaozhi_mcp_endpoint_call_seconds",
      help: "Seconds that calls of tools took, by how they ended.",
      labelNames: ["outcome"],
      buckets: BUCKETS,
      registers,
    });
    this.#refused = new Counter({
      name: "xiaozhi_mcp_endpoint_refused_total",
      help: "Connections that were refused.",
      labelNames: ["reason"],
      registers,
    });
    this.#countStrays();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All figures in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  called({ ms, outcome }: EndedCall): void {
    this.#seconds.observe({ outcome }, ms / 1000);
  }

  refused(reason: "token" | "guessing" | "crowd"): void {
    this.#refused.inc({ reason });
  }

  stray(): void {
    this.#strayCount++;
  }

  #countStrays(): void {
    const read = () => this.#strayCount;
    new Counter({
      name: "xiaozhi_mcp_endpoint_stray_messages_total",
      help: "Messages of tools that were no answer to anything.",
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
