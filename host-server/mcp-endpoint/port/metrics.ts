import { Counter, Gauge, Registry } from "prom-client";
import type { EndedCall } from "../forwarded-call.ts";
import type { ConnectionCounts } from "../relay.ts";

/** The endpoint's figures as Prometheus reads them. */
export class EndpointMetrics {
  readonly #registry = new Registry();
  /** Calls, and the ms that they took, by how they ended. */
  readonly #calls = new Map<EndedCall["outcome"], { count: number; ms: number }>();
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
    this.#refused = new Counter({
      name: "xiaozhi_mcp_endpoint_refused_total",
      help: "Connections that were refused.",
      labelNames: ["reason"],
      registers,
    });
    this.#countCalls();
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
    const calls = this.#calls.get(outcome) ?? { count: 0, ms: 0 };
    calls.count++;
    calls.ms += ms;
    this.#calls.set(outcome, calls);
  }

  refused(reason: "token" | "guessing" | "crowd"): void {
    this.#refused.inc({ reason });
  }

  stray(): void {
    this.#strayCount++;
  }

  /** A call costs two additions; the rest is done when somebody reads. */
  #countCalls(): void {
    const calls = this.#calls;
    const of = (name: string, help: string, read: (sums: { count: number; ms: number }) => number) =>
      new Counter({
        name: `xiaozhi_mcp_endpoint_${name}_total`,
        help,
        labelNames: ["outcome"],
        registers: [this.#registry],
        collect() {
          this.reset();
          for (const [outcome, sums] of calls) this.inc({ outcome }, read(sums));
        },
      });
    of("calls", "Calls of tools, by how they ended.", ({ count }) => count);
    of("call_seconds", "Seconds that calls of tools took in all, by how they ended.", ({ ms }) => ms / 1000);
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
