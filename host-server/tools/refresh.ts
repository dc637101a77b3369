/** Reads something that may change while it is read: never twice at once, and once more when it changed meanwhile. */
export class Refresh {
  readonly #read: () => Promise<void>;
  #running: Promise<void> | undefined;
  #isStale = false;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Reads now, or again after the reading that is under way; resolves when all is read. @throws what reading throws */
  run(): Promise<void> {
    this.#isStale = true;
    // Not at once: what is read may report a change at once.
    this.#running ??= Promise.resolve()
      .then(() => this.#readAll())
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #readAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      await this.#read();
    }
  }
}
