import type { Clock } from "../../protocol/clock.ts";
import { log, reason } from "../system/log.ts";

export interface ActivationOptions {
  readonly clock: Clock;
  /** Asks the server once whether the device is known now; gives the status of its answer. */
  readonly ask: (challenge: string) => Promise<number>;
}

const MAX_ATTEMPTS = 10;
const ACTIVATED = 200;
const NOT_YET = 202;
const NOT_YET_DELAY_MS = 3000;
const FAILED_DELAY_MS = 10_000;

/** Waiting until the user has entered the device's code with the server. */
export class Activation {
  readonly #options: ActivationOptions;
  #skip: (() => void) | undefined;
  /** The server agreed once already, and then its version check did not. */
  #isDoubtful = false;

  constructor(options: ActivationOptions) {
    this.#options = options;
  }

  /**
   * Asks up to ten times: 3 s after a "not yet", 10 s after anything else. Without a challenge there is nothing to ask,
   * only time to pass. Over when the server agrees, when the attempts are used up, or when someone hurries; the next
   * version check says which.
   */
  async run(challenge: string | undefined): Promise<void> {
    if (this.#isDoubtful && (await this.#isHurried(FAILED_DELAY_MS))) return;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const status = challenge ? await this.#ask(challenge) : undefined;
      if (status === ACTIVATED) {
        this.#isDoubtful = true;
        return log.info("device activated");
      }
      if (await this.#isHurried(status === NOT_YET ? NOT_YET_DELAY_MS : FAILED_DELAY_MS)) return;
    }
  }

  /** Ends a wait, and with it the attempts. */
  hurry(): void {
    this.#skip?.();
  }

  async #ask(challenge: string): Promise<number | undefined> {
    try {
      return await this.#options.ask(challenge);
    } catch (error) {
      log.warn("activation failed", { reason: reason(error) });
      return undefined;
    }
  }

  #isHurried(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isHurried: boolean) => {
        this.#skip = undefined;
        resolve(isHurried);
      };
      const cancel = this.#options.clock.schedule(ms, () => settle(false));
      this.#skip = () => {
        cancel();
        settle(true);
      };
    });
  }
}
