import type { Cancel, Clock } from "../../protocol/clock.ts";

/** The time after an answer in which the user may go on without a click. It lasts while there is sound to hear. */
export class FollowUp {
  readonly #clock: Clock;
  readonly #onQuiet: () => void;
  #ms = 0;
  #cancel: Cancel | undefined;

  /** `onQuiet` runs when the window has passed and nobody spoke. */
  constructor(clock: Clock, onQuiet: () => void) {
    this.#clock = clock;
    this.#onQuiet = onQuiet;
  }

  open(ms: number): void {
    this.close();
    this.#ms = ms;
    this.#cancel = this.#clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#onQuiet();
    });
  }

  /** Somebody speaks: the time begins anew. */
  extend(): void {
    if (this.#cancel) this.open(this.#ms);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
