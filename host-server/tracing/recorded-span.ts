import type {
  Attributes,
  AttributeValue,
  Exception,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
} from "@opentelemetry/api";
import { SpanStatusCode } from "@opentelemetry/api";

/** Something that happened in a span. */
export interface SpanEvent {
  readonly name: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly attributes: Attributes;
}

export interface RecordedSpanOptions {
  readonly name: string;
  readonly context: SpanContext;
  /** Id of the span that this one is in; undefined for a trace's first. */
  readonly parent: string | undefined;
  readonly attributes: Attributes;
  readonly now: () => number;
  /** Called once, when it has ended. */
  readonly onEnd: (span: RecordedSpan) => void;
}

/** A span that remembers what it is told until it has ended. */
export class RecordedSpan implements Span {
  readonly #options: RecordedSpanOptions;
  readonly began: number;
  readonly attributes: Attributes;
  readonly events: SpanEvent[] = [];
  name: string;
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  ended: number | undefined;

  constructor(options: RecordedSpanOptions) {
    this.#options = options;
    this.name = options.name;
    this.attributes = { ...options.attributes };
    this.began = options.now();
  }

  get parent(): string | undefined {
    return this.#options.parent;
  }

  spanContext(): SpanContext {
    return this.#options.context;
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const isTime =
      attributesOrTime instanceof Date || Array.isArray(attributesOrTime) || typeof attributesOrTime === "number";
    const attributes = isTime ? {} : ((attributesOrTime as Attributes | undefined) ?? {});
    const at = isTime ? (attributesOrTime as TimeInput) : time;
    this.events.push({ name, attributes, at: at === undefined ? this.#options.now() : msOf(at) });
    return this;
  }

  /** Nothing here links spans. */
  addLink(_link: Link): this {
    return this;
  }

  addLinks(_links: Link[]): this {
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  updateName(name: string): this {
    this.name = name;
    return this;
  }

  end(time?: TimeInput): void {
    if (this.ended !== undefined) return;
    this.ended = time === undefined ? this.#options.now() : msOf(time);
    this.#options.onEnd(this);
  }

  isRecording(): boolean {
    return this.ended === undefined;
  }

  recordException(exception: Exception): void {
    const { name, message } = typeof exception === "string" ? { name: "Error", message: exception } : exception;
    this.addEvent("exception", { "exception.type": name ?? "Error", "exception.message": message ?? "" });
  }
}

function msOf(time: TimeInput): number {
  if (typeof time === "number") return time;
  if (time instanceof Date) return time.getTime();
  const [seconds, nanoseconds] = time as HrTime;
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
