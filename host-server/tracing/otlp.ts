import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { JsonObject } from "../../protocol/json.ts";
import type { RecordedSpan } from "./recorded-span.ts";

const INTERNAL = 1;

/** Spans as a collector of OpenTelemetry takes them (OTLP 1.0, `ExportTraceServiceRequest` in JSON). */
export function otlpRequest(service: string, spans: readonly RecordedSpan[]): JsonObject {
  const resource = { attributes: pairs({ "service.name": service }) };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "xiaozhi" }, spans: spans.map(otlpSpan) }] }] };
}

function otlpSpan(span: RecordedSpan): JsonObject {
  const { traceId, spanId } = span.spanContext();
  const { code, message } = span.status;
  return {
    traceId,
    spanId,
    ...(span.parent !== undefined && { parentSpanId: span.parent }),
    name: span.name,
    kind: INTERNAL,
    startTimeUnixNano: nanoseconds(span.began),
    endTimeUnixNano: nanoseconds(span.ended ?? span.began),
    attributes: pairs(span.attributes),
    events: span.events.map(({ name, at, attributes }) => ({
      timeUnixNano: nanoseconds(at),
      name,
      attributes: pairs(attributes),
    })),
    status: { code, ...(message !== undefined && { message }) },
  };
}

/** A whole number of 64 bits, as text: a number of JSON has 53. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}

function pairs(attributes: Attributes): JsonObject[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: wrapped(value) }],
  );
}

function wrapped(value: AttributeValue): JsonObject {
  if (Array.isArray(value)) return { arrayValue: { values: value.filter((item) => item != null).map(wrapped) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: String(value) };
}
