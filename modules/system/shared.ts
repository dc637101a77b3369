/** A part of a board that several others may use: an I/O expander, a power chip, an amplifier. */
export interface SharedPart<T> {
  create(shared: Shared): T;
}

/** What was made of the parts of a board: each once, however many use it. */
export class Shared {
  #made: Map<object, unknown> | undefined;

  /** @throws what the part throws when it cannot be brought to life; the next call tries again */
  of<T>(part: SharedPart<T>): T {
    this.#made ??= new Map();
    if (!this.#made.has(part)) this.#made.set(part, part.create(this));
    return this.#made.get(part) as T;
  }
}
