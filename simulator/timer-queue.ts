/** One thing to run at a time; `order` keeps those of one instant in the order in which they were added. */
export interface QueuedTimer {
  at: number;
  order: number;
  run: () => void;
  cancelled: boolean;
}

function isBefore(a: QueuedTimer, b: QueuedTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A binary heap of timers: the earliest first, in order of insertion when two are due at once. */
export class TimerQueue {
  #heap: QueuedTimer[] = [];
  #order = 0;
  #cancelled = 0;

  /** How many timers wait, without the cancelled ones. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** The order that the next timer gets: timers below it were added before now. */
  get nextOrder(): number {
    return this.#order;
  }

  add(at: number, run: () => void): QueuedTimer {
    const timer = { at, order: this.#order++, run, cancelled: false };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  cancel(timer: QueuedTimer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.#cancelled++;
    // Cancelled timers leave when they reach the top; a queue of mostly cancelled ones is rebuilt before it grows.
    if (this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) this.#compact();
  }

  /** The earliest timer, left in the queue. */
  peek(): QueuedTimer | undefined {
    while (this.#heap[0]?.cancelled) {
      this.#removeTop();
      this.#cancelled--;
    }
    return this.#heap[0];
  }

  /** Takes the earliest timer out; cancelling it afterwards has no effect. */
  take(): QueuedTimer | undefined {
    const timer = this.peek();
    if (!timer) return undefined;
    this.#removeTop();
    timer.cancelled = true;
    return timer;
  }

  #compact(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled);
    kept.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#heap = kept;
    this.#cancelled = 0;
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const timer = heap[index]!;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
  }

  #sink(index: number): void {
    const heap = this.#heap;
    const timer = heap[index]!;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, timer)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = timer;
  }
}
