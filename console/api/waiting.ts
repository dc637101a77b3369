/** How many answers are being waited for, for whoever shows that something is under way. */
class Waiting {
  #count = 0;
  readonly #listeners = new Set<() => void>();

  /** Counts until a promise is settled. */
  async during<Value>(work: Promise<Value>): Promise<Value> {
    this.#change(1);
    try {
      return await work;
    } finally {
      this.#change(-1);
    }
  }

  readonly count = (): number => this.#count;

  /** Tells whenever the count changes; gives what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #change(by: number): void {
    this.#count += by;
    for (const listener of this.#listeners) listener();
  }
}

export const waiting = new Waiting();
