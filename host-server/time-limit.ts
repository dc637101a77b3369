import type { Cancel, Clock } from "../protocol/clock.ts";

/** How long something may take, and what is thrown when it takes longer. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly ms: number;
  readonly error: (ms: number) => Error;
}

/** How long a source may take, for its first item and for each of the next. */
export interface SourceLimit extends TimeLimit {
  readonly nextMs: number;
}

/**
 * What a source gives, as long as it gives it in time. It ends at once when `signal` aborts, even when the source does not
 * heed its signal: that one is left alone.
 *
 * @throws the limit's error, and what the source throws
 */
export async function* limited<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  limit: SourceLimit,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  if (signal.aborted) return;
  const own = new AbortController();
  const wait = new Wait(limit, own);
  const stop = () => wait.stop(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const source = open(own.signal)[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let ms = limit.ms; ; ms = limit.nextMs) {
      const step = await wait.for(source.next(), ms);
      isOver = step?.done === true;
      if (!step || step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    wait.end();
    if (!isOver) {
      own.abort();
      // It may hang, or throw for the abort: nobody waits for it.
      source.return?.().then(undefined, () => {});
    }
  }
}

/**
 * Waits for one promise after the other, each for a limited time. All of them share a timer, which runs on when a promise
 * comes in time and looks at its end whether another is late: models speak in hundreds of tokens.
 */
class Wait {
  readonly #clock: Clock;
  readonly #error: (ms: number) => Error;
  readonly #own: AbortController;
  #current: { readonly ms: number; readonly until: number; readonly end: (error?: Error) => void } | undefined;
  #cancelTimer: Cancel = () => {};
  #timerAt = Number.POSITIVE_INFINITY;

  /** @param own aborted when a promise is late */
  constructor({ clock, error }: TimeLimit, own: AbortController) {
    this.#clock = clock;
    this.#error = error;
    this.#own = own;
  }

  /** What the promise gives; undefined when stopped before. @throws the limit's error, and what the promise throws */
  for<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve(undefined));
      if (this.#own.signal.aborted) return end();
      const until = this.#clock.now() + ms;
      this.#current = { ms, until, end };
      if (until < this.#timerAt) this.#lookAt(until);
      promise.then(
        (value) => {
          this.#current = undefined;
          resolve(value);
        },
        (reason: unknown) => {
          this.#current = undefined;
          if (this.#own.signal.aborted) resolve(undefined);
          else reject(reason);
        },
      );
    });
  }

  /** Aborts what is waited for, and waits no longer. */
  stop(reason: unknown): void {
    this.#own.abort(reason);
    this.#current?.end();
  }

  /** Ends the timer. */
  end(): void {
    this.#cancelTimer();
  }

  #lookAt(time: number): void {
    this.#cancelTimer();
    this.#timerAt = time;
    this.#cancelTimer = this.#clock.schedule(time - this.#clock.now(), () => this.#look());
  }

  #look(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (!this.#current) return;
    const { ms, until, end } = this.#current;
    if (until > this.#clock.now()) return this.#lookAt(until);
    end(this.#error(ms));
    this.#own.abort();
  }
}

/**
 * What the promise gives, if that is in time.
 *
 * @throws the limit's error, and what the promise throws
 */
export async function within<T>(promise: Promise<T>, { clock, ms, error }: TimeLimit): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.schedule(ms, () => late.reject(error(ms)));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}
