import type { Clock } from "../../protocol/clock.ts";

/** How much may come: so much in a second on average, and so many seconds' worth at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burstSeconds: number;
}

/** Counts what comes against a rate. */
export class Meter {
  readonly #clock: Clock;
  readonly #rate: Rate;
  #left: number;
  #at: number;
  #refused = 0;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#left = rate.perSecond * rate.burstSeconds;
    this.#at = clock.now();
  }

  /** How many were refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes one more; false when it is too many. */
  take(): boolean {
    const { perSecond, burstSeconds } = this.#rate;
    const now = this.#clock.now();
    // A clock that was set back must not lock anybody out.
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#left = Math.min(perSecond * burstSeconds, this.#left + (passed * perSecond) / 1000);
    if (this.#left < 1) {
      this.#refused++;
      return false;
    }
    this.#left--;
    return true;
  }
}
