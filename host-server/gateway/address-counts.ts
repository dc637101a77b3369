/** Counts connections by address. */
export class AddressCounts {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  /** `limit` is for each address; 0: none. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one more connection; false when there are too many. */
  take(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (this.#limit > 0 && count >= this.#limit) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  /** A connection that was taken is gone. */
  release(address: string): void {
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
