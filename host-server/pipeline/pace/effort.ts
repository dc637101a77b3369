import type { Clock } from "../../../protocol/clock.ts";
import type { EncoderTuning } from "../../audio/opus.ts";
import { FRAME_MS } from "../frame.ts";

/** How carefully sound is encoded, best first. */
export interface EffortLevel extends EncoderTuning {
  readonly name: string;
  /** CPU time of a frame, as a share of the best level's. */
  readonly share: number;
}

/**
 * The last level codes speech as if it were music: that takes a ninth of the time, and a third more bits to sound as good. More
 * complexity gains nothing there: between the loudness of 24 bands before and after lie 0.87 dB on average, and with complexity 3
 * 0.82, for 1.7 times the time. The shares were measured; they need not be exact.
 */
const LEVELS: readonly EffortLevel[] = [
  { name: "5", complexity: 5, bitRate: 24_000, isMusic: false, share: 1 },
  { name: "3", complexity: 3, bitRate: 24_000, isMusic: false, share: 0.7 },
  { name: "0", complexity: 0, bitRate: 24_000, isMusic: false, share: 0.45 },
  { name: "music", complexity: 0, bitRate: 32_000, isMusic: true, share: 0.11 },
];

/** For the first frame of an answer, when more than a few speak. */
const QUICK = LEVELS[2] as EffortLevel;
const FEW = 4;
/** ms of each second that encoding may take. The rest is for everything else, first of all for new questions. */
const BUDGET_MS = 300;
/** Less is of no use: the cheapest level for as many as one process can have. */
const LEAST_BUDGET_MS = 30;
/** ms by which the process may run late; beyond that it has not got the whole core with which the budget reckons. */
const LATE_MS = 15;
/** ms of which the latest run decides, and what becomes of the budget then. */
const WINDOW_MS = 100;
const [CUT, GROWTH] = [0.7, 1.01];
/** ms for a frame of the best level, before one was measured. */
const USUAL_MS = 0.4;
/** How fast the estimate follows what is measured. */
const STEP = 1.02;
const [MIN_MS, MAX_MS] = [0.02, 10];

/**
 * Chooses how carefully to encode, so that many may speak at once. A few get the best there is; what a frame costs on this
 * machine is measured while it works, and a process that shares its core with others does with less.
 */
export class Effort {
  readonly #clock: Clock;
  readonly #speaking: () => number;
  readonly #frames = LEVELS.map(() => 0);
  #frameMs = USUAL_MS;
  #budgetMs = BUDGET_MS;
  #windowEndsAt = 0;
  #latestMs = 0;

  /** @param speaking how many answers are being sent now */
  constructor(clock: Clock, speaking: () => number) {
    this.#clock = clock;
    this.#speaking = speaking;
  }

  /** Frames that were encoded so far, by name of the level. */
  get frames(): { readonly [level: string]: number } {
    return Object.fromEntries(LEVELS.map(({ name }, at) => [name, this.#frames[at] as number]));
  }

  /** The level for the next frame of an answer; the first one is to be there soon, when others wait for theirs, too. */
  level(isFirst: boolean): EffortLevel {
    const speaking = this.#speaking();
    const ms = (speaking * 1000 * this.#frameMs) / FRAME_MS;
    const best = LEVELS.find(({ share }) => ms * share <= this.#budgetMs) ?? (LEVELS.at(-1) as EffortLevel);
    return isFirst && speaking > FEW && best.share > QUICK.share ? QUICK : best;
  }

  /** Learns how late the process runs: how many ms after it wanted to. */
  late(ms: number): void {
    const now = this.#clock.now();
    this.#latestMs = Math.max(this.#latestMs, ms);
    if (now < this.#windowEndsAt) return;
    const wanted = this.#budgetMs * (this.#latestMs > LATE_MS ? CUT : GROWTH);
    this.#budgetMs = Math.min(BUDGET_MS, Math.max(LEAST_BUDGET_MS, wanted));
    this.#windowEndsAt = now + WINDOW_MS;
    this.#latestMs = 0;
  }

  /** Runs the encoding of a frame, and learns from the time that it takes. */
  measure<T>(level: EffortLevel, encode: () => T): T {
    const from = this.#clock.now();
    const result = encode();
    const ms = (this.#clock.now() - from) / level.share;
    // The middle of what is measured: pauses of the process weigh no more than any other frame.
    this.#frameMs *= ms > this.#frameMs ? STEP : 1 / STEP;
    this.#frameMs = Math.min(MAX_MS, Math.max(MIN_MS, this.#frameMs));
    const at = LEVELS.indexOf(level);
    this.#frames[at] = (this.#frames[at] ?? 0) + 1;
    return result;
  }
}
