/** A queue that one side fills and another reads as an async iterable; it never blocks the filling side. */
export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #isClosed = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  /** Items that wait to be read. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item; ignored once the queue is closed. */
  push(item: T): void {
    if (this.#isClosed) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** No more items follow; the reader still gets those that wait. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Ends the queue: the reader gets what waits and then this error. */
  fail(error: unknown): void {
    this.#error ??= { error };
    this.close();
  }

  /** Drops what waits and ends the queue. */
  clear(): void {
    this.#items = [];
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T;
      if (this.#error) throw (this.#error as { error: unknown }).error;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

/** Reads `source` as fast as it gives, whatever the reader's pace, until it ends or `signal` aborts. */
export function ahead<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const queue = new Queue<T>();
  const onAbort = () => queue.clear();
  signal.addEventListener("abort", onAbort, { once: true });
  const pump = async () => {
    for await (const item of source) {
      if (signal.aborted) return;
      queue.push(item);
    }
  };
  pump()
    .then(
      () => queue.close(),
      (error: unknown) => queue.fail(error),
    )
    .finally(() => signal.removeEventListener("abort", onAbort));
  return queue;
}

/** One item as a source. */
export async function* once<T>(item: T): AsyncGenerator<T, void, undefined> {
  yield item;
}
