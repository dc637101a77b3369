import type { Clock } from "../../../protocol/clock.ts";
import type { Utterance } from "../../pipeline/utterance.ts";

/** ms between two utterances that are probably one: nobody has heard an answer by then. */
const CUT_OFF_MS = 600;

/** Tells an utterance from the rest of one whose end was taken too early. */
export class CutOff {
  readonly #clock: Clock;
  /** When the last utterance ended, ms since the epoch. */
  #lastEnd = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether somebody speaks again so soon that the end of what was said before was taken too early. */
  goesOn(utterance: Utterance): boolean {
    const msSince = this.#clock.now() - this.#lastEnd;
    void utterance.ended.then(() => {
      this.#lastEnd = this.#clock.now();
    });
    return msSince < CUT_OFF_MS;
  }
}
