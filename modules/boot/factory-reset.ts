import type { Cancel, Clock } from "../../protocol/clock.ts";
import { log } from "../system/log.ts";
import type { Words } from "../system/words.ts";

export interface FactoryResetParts {
  readonly clock: Clock;
  /** Forgets what the owner has told the device. */
  readonly erase: () => void;
  readonly restart: () => void;
  readonly words: Words;
  /** A line that the user should see. */
  readonly onAlert: (text: string) => void;
}

/** Held so long, the button warns; held on to the end, everything is forgotten. */
const WARNING_MS = 3000;
const HOLD_MS = 10_000;
const NOTICE_MS = 2000;

/** A device as it came: by a button that is held for ten seconds while the device starts, or by a tool. */
export class FactoryReset {
  readonly #parts: FactoryResetParts;
  #cancels: Cancel[] = [];
  #hasWarned = false;

  constructor(parts: FactoryResetParts) {
    this.#parts = parts;
  }

  /** The button is down. */
  hold(): void {
    const { clock, words, onAlert } = this.#parts;
    const seconds = (HOLD_MS - WARNING_MS) / 1000;
    this.#hasWarned = false;
    this.#cancels = [
      clock.schedule(WARNING_MS, () => {
        this.#hasWarned = true;
        onAlert(words.holdLonger(seconds));
      }),
      clock.schedule(HOLD_MS, () => this.run()),
    ];
  }

  /** The button is up; true when it was held until the warning, but not to the end. */
  letGo(): boolean {
    const isWarned = this.#cancels.length > 0 && this.#hasWarned;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    return isWarned;
  }

  /** Erases, and restarts once the user had time to read it. */
  run(): void {
    const { clock, erase, words, onAlert, restart } = this.#parts;
    this.letGo();
    log.warn("factory reset");
    erase();
    onAlert(words.erased);
    clock.schedule(NOTICE_MS, restart);
  }
}
