import type { Clock } from "../../../protocol/clock.ts";

/** Callers that are counted at once; those counted longest ago are forgotten when there are more. */
const MAX_CALLERS = 10_000;

export interface ThrottleOptions {
  readonly clock: Clock;
  /** Tries that one caller has in each window. */
  readonly tries: number;
  /** ms. */
  readonly windowMs: number;
}

/** Counts tries of callers, and says when one has had too many. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #callers = new Map<string, { count: number; readonly until: number }>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Seconds until this caller may try again; 0: now. */
  waitOf(caller: string): number {
    const known = this.#known(caller);
    if (!known || known.count < this.#options.tries) return 0;
    return Math.max(1, Math.ceil((known.until - this.#options.clock.now()) / 1000));
  }

  /** Counts a try; gives what `waitOf` gave before it. */
  take(caller: string): number {
    const wait = this.waitOf(caller);
    if (wait > 0) return wait;
    const known = this.#known(caller);
    if (known) known.count++;
    else this.#add(caller);
    return 0;
  }

  /** Forgets the tries of a caller who has succeeded. */
  clear(caller: string): void {
    this.#callers.delete(caller);
  }

  #known(caller: string) {
    const known = this.#callers.get(caller);
    return known && known.until > this.#options.clock.now() ? known : undefined;
  }

  #add(caller: string): void {
    this.#callers.delete(caller);
    this.#callers.set(caller, { count: 1, until: this.#options.clock.now() + this.#options.windowMs });
    if (this.#callers.size > MAX_CALLERS) this.#callers.delete(this.#callers.keys().next().value as string);
  }
}
