import type { Turn } from "../../pipeline/turn.ts";
import type { Interruption, TurnCounters } from "../../pipeline/turn-counters.ts";

/** So many voices without words in a row, and a voice alone does not interrupt any more: it may be the device's own. */
const MAX_FALSE_CLAIMS = 3;

/** Which of a session's turns may be heard: one at a time. The others listen, think, or wait. */
export class Floor {
  readonly #counters: TurnCounters;
  readonly #turns = new Map<Turn, Promise<void>>();
  #speaker: Turn | undefined;
  /** For whose voice the speaker has paused. */
  #claimant: Turn | undefined;
  #falseClaims = 0;

  constructor(counters: TurnCounters) {
    this.#counters = counters;
  }

  /** Somebody is being heard, or has paused. */
  get isTaken(): boolean {
    return this.#speaker !== undefined;
  }

  /** Turns that listen, think, wait or are heard. */
  get size(): number {
    return this.#turns.size;
  }

  /** Takes in a turn until it ends. */
  add(turn: Turn, end: Promise<void>): void {
    this.#turns.set(turn, end);
  }

  /** A turn has ended. When its voice made the speaker pause and held no words, the speaker goes on. */
  remove(turn: Turn): void {
    this.#turns.delete(turn);
    if (this.#speaker === turn) this.#speaker = undefined;
    if (this.#claimant !== turn) return;
    this.#claimant = undefined;
    this.#falseClaims++;
    this.#speaker?.resume();
  }

  /** Somebody begins to speak, who may or may not have something to say: the speaker pauses until that is known. */
  claim(turn: Turn): void {
    if (!this.#speaker || this.#falseClaims >= MAX_FALSE_CLAIMS) return;
    this.#claimant = turn;
    this.#speaker.pause();
  }

  /** Gives the floor to a turn with words; `waits` lets the speaker end, otherwise it is interrupted. */
  async take(turn: Turn, waits: boolean): Promise<void> {
    while (this.#speaker) {
      if (waits) await this.#turns.get(this.#speaker);
      else this.interrupt(this.#claimant ? "voice" : "words");
    }
    this.#falseClaims = 0;
    this.#speaker = turn;
  }

  /** Ends what is being said; false when nothing was. */
  interrupt(by: Interruption): boolean {
    const speaker = this.#speaker;
    this.#speaker = undefined;
    this.#claimant = undefined;
    if (!speaker) return false;
    this.#counters.interruption(by);
    speaker.interrupt();
    return true;
  }

  /** Ends every turn, heard or not. */
  clear(): void {
    for (const turn of this.#turns.keys()) turn.interrupt();
  }
}
