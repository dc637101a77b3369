import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { otlpRequest } from "./otlp.ts";
import type { RecordedSpan } from "./recorded-span.ts";

/** ms that spans wait for others, to be sent together. */
const GATHER_MS = 2_000;
const SPANS_AT_ONCE = 512;
/** Spans that wait at most: what comes beyond while the collector is away is dropped. */
const MAX_WAITING = 4_096;
const REQUEST_MS = 10_000;

export interface CollectorOptions {
  /** Where it takes traces: `http://host:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The way to a collector. Nothing waits for it, and nothing but the trace is lost when it is away. */
export class Collector {
  readonly #options: CollectorOptions;
  #waiting: RecordedSpan[] = [];
  #cancel: Cancel | undefined;
  #sending: Promise<void> | undefined;
  #isAway = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Takes a span that has ended. */
  take(span: RecordedSpan): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(span);
    this.#schedule(this.#waiting.length >= SPANS_AT_ONCE ? 0 : GATHER_MS);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    this.#cancel?.();
    await this.#sending;
    await this.#send();
  }

  #schedule(ms: number): void {
    if (this.#sending || (this.#cancel && ms > 0)) return;
    this.#cancel?.();
    this.#cancel = this.#options.clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length > 0) this.#schedule(GATHER_MS);
      });
    });
  }

  /** Never rejects. */
  async #send(): Promise<void> {
    const spans = this.#waiting.splice(0, SPANS_AT_ONCE);
    if (spans.length === 0) return;
    const { url, headers, service } = this.#options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(otlpRequest(service, spans)),
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#isAway = false;
    } catch (error) {
      // One line when it begins: a collector that is away is no trouble of the devices.
      if (!this.#isAway) this.#options.log.warn({ error, url, spans: spans.length }, "traces could not be sent");
      this.#isAway = true;
    }
  }
}
