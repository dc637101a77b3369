import type { Clock } from "../protocol/clock.ts";

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
  const stop = () => own.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const source = open(own.signal)[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let ms = limit.ms; ; ms = limit.nextMs) {
      const step = await inTime(source.next(), { ...limit, ms }, own);
      isOver = step?.done === true;
      if (!step || step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    if (!isOver) {
      own.abort();
      // It may hang, or throw for the abort: nobody waits for it.
      source.return?.().then(undefined, () => {});
    }
  }
}

/** What the promise gives; undefined when `own` aborts first; past the limit `own` is aborted and the limit's error thrown. */
function inTime<T>(promise: Promise<T>, { clock, ms, error }: TimeLimit, own: AbortController): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(ms, () => {
      reject(error(ms));
      own.abort();
    });
    const onAbort = () => settle(() => resolve(undefined));
    const settle = (how: () => void) => {
      cancel();
      own.signal.removeEventListener("abort", onAbort);
      how();
    };
    own.signal.addEventListener("abort", onAbort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value)),
      (reason: unknown) => settle(() => (own.signal.aborted ? resolve(undefined) : reject(reason))),
    );
  });
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
