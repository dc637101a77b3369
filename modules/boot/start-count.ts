import type { Clock } from "../../protocol/clock.ts";
import { log } from "../system/log.ts";

/** Where the count lies over restarts. */
interface KeptCount {
  badStarts: number;
}

/** So many starts one after the other that ended at once are no accident. */
const MAX_BAD_STARTS = 10;
/** When safe starts end at once, too, the screen may be what ends them. */
const MAX_SAFE_STARTS = 15;
/** A program that ran for so long has started well. */
const GOOD_MS = 60_000;

/**
 * Counts starts after which the program did not live for a minute. After ten of them the device starts with only what
 * it needs to be helped: a network, and new firmware.
 */
export class StartCount {
  readonly #kept: KeptCount;

  constructor(kept: KeptCount) {
    this.#kept = kept;
  }

  /** Counts this start, and says how much of the device to start: what it needs to be helped, or that without a screen. */
  begin(clock: Clock): "whole" | "safe" | "bare" {
    const { badStarts } = this.#kept;
    this.#kept.badStarts = badStarts + 1;
    if (badStarts >= MAX_BAD_STARTS) {
      log.error("safe mode", { badStarts });
      return badStarts >= MAX_SAFE_STARTS ? "bare" : "safe";
    }
    clock.schedule(GOOD_MS, () => this.forget());
    return "whole";
  }

  /** The next start is a normal one. */
  forget(): void {
    this.#kept.badStarts = 0;
  }

  /** The next start is a normal one, and the last if it is bad, too. */
  giveOneMoreTry(): void {
    this.#kept.badStarts = MAX_BAD_STARTS - 1;
  }
}
