import type { Cancel, Clock } from "../../protocol/clock.ts";

/** Calls back when nothing has happened for a while, once for each while. Being told of activity is cheap: no timer is moved. */
export class SilenceTimer {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #lastActivity: number;
  #cancel: Cancel = () => {};
  #isWaiting = false;

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.#lastActivity = clock.now();
    this.#wait(limitMs);
  }

  /** Something happened: the wait begins anew. */
  touch(): void {
    this.#lastActivity = this.#clock.now();
    if (!this.#isWaiting) this.#wait(this.#limitMs);
  }

  /** Ends the waiting for good. */
  stop(): void {
    this.#cancel();
    this.#isWaiting = true;
  }

  #wait(ms: number): void {
    this.#isWaiting = true;
    this.#cancel = this.#clock.schedule(ms, () => {
      const left = this.#lastActivity + this.#limitMs - this.#clock.now();
      if (left > 0) return this.#wait(left);
      this.#isWaiting = false;
      this.#onSilence();
    });
  }
}
