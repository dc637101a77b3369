import type { Clock } from "../../../protocol/clock.ts";

/** Wrong tokens from one address within a minute, after which it is not listened to until the minute is over. */
const MAX_WRONG = 20;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; beyond, those of this minute are forgotten rather than memory lost. */
const MAX_ADDRESSES = 10_000;

/** Keeps those at bay who try tokens until one fits. */
export class Guesses {
  readonly #clock: Clock;
  readonly #wrong = new Map<string, number>();
  #windowEndsAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this address has been wrong too often. */
  isShutOut(address: string): boolean {
    this.#turn();
    return (this.#wrong.get(address) ?? 0) >= MAX_WRONG;
  }

  /** This address brought a wrong token or key. */
  count(address: string): void {
    this.#turn();
    if (this.#wrong.size >= MAX_ADDRESSES) this.#wrong.clear();
    this.#wrong.set(address, (this.#wrong.get(address) ?? 0) + 1);
  }

  #turn(): void {
    const now = this.#clock.now();
    if (now < this.#windowEndsAt) return;
    this.#windowEndsAt = now + WINDOW_MS;
    this.#wrong.clear();
  }
}
