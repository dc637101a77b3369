import type { Clock } from "../../../protocol/clock.ts";
import type { ProviderLog } from "../provider.ts";

/** ms for which a provider is passed over after it failed; doubled with each failure in a row. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/** Whose health it is. */
export interface ProviderHealthOptions {
  /** Name of the stage in the configuration: `asr`. */
  readonly stage: string;
  /** Name of the provider. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: ProviderLog;
}

/** Whether a provider works: one that fails is passed over for a while, the longer the more often in a row. */
export class ProviderHealth {
  readonly stage: string;
  readonly name: string;
  readonly #clock: Clock;
  readonly #log: ProviderLog;
  #failures = 0;
  #failuresInARow = 0;
  /** When it may be tried again, ms since the epoch. */
  #retryAt = 0;

  constructor({ stage, name, clock, log }: ProviderHealthOptions) {
    this.stage = stage;
    this.name = name;
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether its last answer was one. */
  get isUp(): boolean {
    return this.#failuresInARow === 0;
  }

  /** Failures so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether it is to be asked before those that are not. */
  get isWorthTrying(): boolean {
    return this.isUp || this.#clock.now() >= this.#retryAt;
  }

  /** It is being asked: of those who are down, one request finds out, and the others pass over meanwhile. */
  begin(): void {
    if (!this.isUp && this.isWorthTrying) this.#retryAt = this.#clock.now() + this.#pauseMs;
  }

  /** It has answered. */
  succeeded(): void {
    if (!this.isUp) this.#log.info({ stage: this.stage, provider: this.name }, "a provider is back");
    this.#failuresInARow = 0;
  }

  /** It has failed, or is too late. */
  failed(error: unknown): void {
    this.#failures++;
    this.#failuresInARow++;
    this.#retryAt = this.#clock.now() + this.#pauseMs;
    const reason = error instanceof Error ? error.message : String(error);
    const { stage, name: provider } = this;
    this.#log.warn({ stage, provider, reason, pauseMs: this.#pauseMs }, "a provider failed and is passed over");
  }

  get #pauseMs(): number {
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(16, Math.max(0, this.#failuresInARow - 1)));
  }
}
