import type { Clock } from "../../../protocol/clock.ts";
import { Throttle } from "./throttle.ts";

const WINDOW_MS = 15 * 60_000;
/** Tries in that time: of an address, of an address for one account, and of all strangers together for one account. */
const TRIES_OF_ADDRESS = 30;
const TRIES_FOR_ACCOUNT = 10;
const TRIES_OF_STRANGERS = 100;

/** Who tries a secret, and whose. */
export interface LoginTry {
  readonly address: string;
  /** E-mail of the account; empty where nobody has said it. */
  readonly email: string;
  /** Id of a browser in which the account was logged in to before. */
  readonly browser: string | undefined;
}

/**
 * Counts tries of passwords and codes. Strangers who guess keep each other out, and never the browsers in which an account was
 * logged in to before: those have tries of their own.
 */
export class LoginTries {
  readonly #addresses: Throttle;
  readonly #pairs: Throttle;
  readonly #accounts: Throttle;
  readonly #browsers: Throttle;

  constructor(clock: Clock) {
    const throttle = (tries: number) => new Throttle({ clock, tries, windowMs: WINDOW_MS });
    this.#addresses = throttle(TRIES_OF_ADDRESS);
    this.#pairs = throttle(TRIES_FOR_ACCOUNT);
    this.#accounts = throttle(TRIES_OF_STRANGERS);
    this.#browsers = throttle(TRIES_FOR_ACCOUNT);
  }

  /** Counts a try; gives the seconds until it may be made, 0 for now. */
  take(given: LoginTry): number {
    const { address, email, browser } = given;
    if (browser !== undefined) return this.#browsers.take(browser);
    const waits = [this.#addresses.take(address)];
    if (email !== "") waits.push(this.#pairs.take(pairOf(given)));
    // What is refused anyway is no try of the account.
    if (email !== "" && Math.max(...waits) === 0) waits.push(this.#accounts.take(email));
    return Math.max(...waits);
  }

  /** Forgets the tries of somebody who has succeeded. */
  clear(given: LoginTry): void {
    if (given.browser !== undefined) this.#browsers.clear(given.browser);
    this.#pairs.clear(pairOf(given));
  }
}

function pairOf({ address, email }: LoginTry): string {
  return `${address} ${email}`;
}
