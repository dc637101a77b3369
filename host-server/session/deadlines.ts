import type { Cancel, Clock } from "../../protocol/clock.ts";

/** Whoever has a deadline. */
export interface Due {
  /** When, by the clock; kept by the deadlines. */
  dueAt: number;
  /** Where among the deadlines; kept by them. */
  place: number;
  /** The time has come; there is no deadline any more. */
  expire(): void;
}

/** Stands for a place among no deadlines. */
export const NOWHERE = -1;

/** Deadlines of many with one timer between them: one for each would take more memory than all the rest of a device at rest. */
export class Deadlines {
  readonly clock: Clock;
  /** A binary heap: whoever is due first is first. */
  readonly #heap: Due[] = [];
  #wakesAt = Number.POSITIVE_INFINITY;
  #cancel: Cancel = () => {};

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Gives somebody a deadline in place of the one before. */
  set(due: Due, at: number): void {
    if (due.place !== NOWHERE) this.#remove(due);
    due.dueAt = at;
    this.#heap.push(due);
    this.#rise(due, this.#heap.length - 1);
    this.#wakeAt(at);
  }

  /** Takes somebody's deadline away. The timer stays for the others: it looks who is next. */
  delete(due: Due): void {
    if (due.place === NOWHERE) return;
    this.#remove(due);
    if (this.#heap.length > 0) return;
    this.#cancel();
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  #remove(due: Due): void {
    const { place } = due;
    due.place = NOWHERE;
    const last = this.#heap.pop();
    if (!last || last === due) return;
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  #wakeAt(at: number): void {
    if (at >= this.#wakesAt) return;
    this.#cancel();
    this.#wakesAt = at;
    this.#cancel = this.clock.schedule(Math.max(0, at - this.clock.now()), () => this.#wake());
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    try {
      this.#expireAll();
    } finally {
      const [first] = this.#heap;
      if (first) this.#wakeAt(first.dueAt);
    }
  }

  #expireAll(): void {
    for (let [first] = this.#heap; first && first.dueAt <= this.clock.now(); [first] = this.#heap) {
      this.#remove(first);
      first.expire();
    }
  }

  #rise(due: Due, from: number): void {
    let place = from;
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1];
      if (!above || above.dueAt <= due.dueAt) break;
      this.#put(above, place);
      place = (place - 1) >> 1;
    }
    this.#put(due, place);
  }

  #sink(due: Due, from: number): void {
    let place = from;
    for (let below = this.#firstBelow(place); below && below.dueAt < due.dueAt; below = this.#firstBelow(place)) {
      const next = below.place;
      this.#put(below, place);
      place = next;
    }
    this.#put(due, place);
  }

  #firstBelow(place: number): Due | undefined {
    const left = this.#heap[2 * place + 1];
    const right = this.#heap[2 * place + 2];
    return left && right && right.dueAt < left.dueAt ? right : left;
  }

  #put(due: Due, place: number): void {
    this.#heap[place] = due;
    due.place = place;
  }
}
