/** ms between attempts: the first, then twice as long each time, up to the last. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** ms after which a connection counts as a good one, so that the next pause is short again. */
const STEADY_MS = 60_000;

export interface BackoffOptions {
  readonly now: () => number;
  /** Gives a number from 0 to 1, 1 excluded: spreads the attempts of many who lost the same server. */
  readonly random: () => number;
}

/** How long to wait before the next attempt to connect. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;
  #openedAt: number | undefined;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Attempts that have failed, and connections lost soon, in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** A connection is open. */
  opened(): void {
    this.#openedAt = this.#options.now();
  }

  /** An attempt has failed, or the connection is lost: gives the ms until the next attempt. */
  next(): number {
    const { now, random } = this.#options;
    if (this.#openedAt !== undefined && now() - this.#openedAt >= STEADY_MS) this.#failures = 0;
    this.#openedAt = undefined;
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures++;
    return Math.round(longest * (0.5 + random() / 2));
  }
}
