import type { Cancel, Clock } from "../../protocol/clock.ts";
import { ENDPOINT_CODES, type EndpointError } from "./errors.ts";
import type { WireMessage } from "./messages.ts";

/** A request that waits for its answer. */
export interface PendingCall {
  readonly method: string;
  /** Takes the answer, whose id is still the tool's. */
  answer(message: WireMessage): void;
  fail(error: EndpointError): void;
  /** Takes what the tool says of its progress. */
  progress?(message: WireMessage): void;
}

interface Waiting {
  readonly call: PendingCall;
  deadline: number;
}

export interface PendingCallsOptions {
  readonly clock: Clock;
  /** ms without a word after which a call has failed. */
  readonly timeoutMs: number;
  /** The call with this id is given up. */
  readonly onTimeout: (id: number) => void;
}

/** The requests that one tool connection has to answer, under ids of our own: numbers from 1. */
export class PendingCalls {
  readonly #options: PendingCallsOptions;
  /** In the order of their deadlines: all have the same time. */
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #cancelTimer: Cancel | undefined;

  constructor(options: PendingCallsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Gives the call an id. */
  add(call: PendingCall): number {
    const { clock, timeoutMs } = this.#options;
    const id = this.#nextId++;
    this.#waiting.set(id, { call, deadline: clock.now() + timeoutMs });
    if (!this.#cancelTimer) this.#watch(timeoutMs);
    return id;
  }

  /** The call with this id, which no longer waits. */
  take(id: unknown): PendingCall | undefined {
    const waiting = this.#waiting.get(id as number);
    if (waiting) this.#waiting.delete(id as number);
    return waiting?.call;
  }

  /** A sign of life: the call has its whole time again. */
  extend(id: unknown): PendingCall | undefined {
    const { clock, timeoutMs } = this.#options;
    const waiting = this.#waiting.get(id as number);
    if (!waiting) return undefined;
    this.#waiting.delete(id as number);
    this.#waiting.set(id as number, { call: waiting.call, deadline: clock.now() + timeoutMs });
    return waiting.call;
  }

  /** All calls end with this error. */
  failAll(error: EndpointError): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { call } of all) call.fail(error);
  }

  /** One timer for all: a timer for each call would cost as much as the call. */
  #watch(ms: number): void {
    this.#cancelTimer = this.#options.clock.schedule(ms, () => {
      this.#cancelTimer = undefined;
      this.#expire();
      const [next] = this.#waiting.values();
      if (next) this.#watch(Math.max(1, next.deadline - this.#options.clock.now()));
    });
  }

  #expire(): void {
    const { clock, timeoutMs, onTimeout } = this.#options;
    const now = clock.now();
    for (const [id, { call, deadline }] of [...this.#waiting]) {
      if (deadline > now) return;
      this.#waiting.delete(id);
      onTimeout(id);
      const message = `the tool gave no answer to ${call.method} within ${timeoutMs / 1000} s`;
      call.fail({ code: ENDPOINT_CODES.timedOut, message });
    }
  }
}
