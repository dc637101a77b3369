import type { Cancel, Clock } from "../../protocol/clock.ts";

/** Calls back once nothing has happened for a while. Being told of activity is cheap: no timer is moved. */
export class SilenceTimer {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #lastActivity: number;
  #cancel: Cancel = () => {};

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
  }

  stop(): void {
    this.#cancel();
  }

  #wait(ms: number): void {
    this.#cancel = this.#clock.schedule(ms, () => {
      const left = this.#lastActivity + this.#limitMs - this.#clock.now();
      if (left > 0) this.#wait(left);
      else this.#onSilence();
    });
  }
}
