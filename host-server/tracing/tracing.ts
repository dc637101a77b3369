import { randomBytes } from "node:crypto";
import {
  type Context,
  context as contexts,
  type Span,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { Collector } from "./collector.ts";
import { RecordedSpan } from "./recorded-span.ts";

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** Tracing that was begun. */
export interface Tracing {
  /** Sends what is left, and ends it. */
  close(): Promise<void>;
}

/**
 * Sends traces to where the environment says, by the names of OpenTelemetry: `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`,
 * which is the whole address), `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, and `OTEL_TRACES_SAMPLER_ARG`, the share of turns.
 * Undefined when it says nothing, or when another SDK is in place already.
 */
export function startTracing(env: NodeJS.ProcessEnv, { clock, log }: { clock: Clock; log: Log }): Tracing | undefined {
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  const url = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || (base && `${base.replace(/\/+$/, "")}/v1/traces`);
  if (url === "") return undefined;
  const headers = headersIn(env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "");
  const service = env["OTEL_SERVICE_NAME"] || "xiaozhi";
  const collector = new Collector({ url, headers, service, clock, log });
  const share = Number(env["OTEL_TRACES_SAMPLER_ARG"] ?? 1);
  const tracer = new CollectedTracer(collector, clock, Number.isFinite(share) ? share : 1);
  if (!trace.setGlobalTracerProvider({ getTracer: () => tracer })) return undefined;
  log.info({ url, share }, "turns are traced");
  return {
    close: async () => {
      trace.disable();
      await collector.close();
    },
  };
}

/** `name=value,name=value`, percent-encoded. */
function headersIn(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.flatMap(([name = "", ...value]) => (name.trim() ? [[name.trim(), decoded(value.join("=").trim())]] : [])),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

class CollectedTracer implements Tracer {
  readonly #collector: Collector;
  readonly #clock: Clock;
  readonly #share: number;

  constructor(collector: Collector, clock: Clock, share: number) {
    this.#collector = collector;
    this.#clock = clock;
    this.#share = share;
  }

  startSpan(name: string, { attributes = {} }: SpanOptions = {}, context?: Context): Span {
    const parent = context && trace.getSpan(context)?.spanContext();
    const traceId = parent?.traceId ?? randomBytes(TRACE_BYTES).toString("hex");
    if (!parent && Math.random() >= this.#share) {
      return trace.wrapSpanContext({ traceId, spanId: "0".repeat(2 * SPAN_BYTES), traceFlags: TraceFlags.NONE });
    }
    return new RecordedSpan({
      name,
      context: { traceId, spanId: randomBytes(SPAN_BYTES).toString("hex"), traceFlags: TraceFlags.SAMPLED },
      parent: parent?.spanId,
      attributes,
      now: () => calendarTime(this.#clock),
      onEnd: (span) => this.#collector.take(span),
    });
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const run = rest.at(-1) as F;
    const [options, context] = rest.slice(0, -1) as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, context);
    return contexts.with(trace.setSpan(context ?? contexts.active(), span), () => run(span)) as ReturnType<F>;
  }
}
