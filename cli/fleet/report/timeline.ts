import type { ThreadResult, Tick } from "../crew/messages.ts";
import type { FleetTurn } from "../world/inhabitant.ts";

/** One stretch of the scenario. */
export interface Stretch {
  /** ms from the beginning to its end. */
  readonly at: number;
  turns: number;
  failed: number;
  gaps: number;
  readonly firstSoundMs: number[];
  sessions: number;
  ready: number;
  heapBytes: number;
  rssBytes: number;
  /** CPU that was used in it, ms. */
  cpuMs: number;
}

/** In how many stretches a scenario is looked at. */
const STRETCHES = 288;

/** Everything that a fleet has told, by time. */
export class Timeline {
  readonly #ms: number;
  readonly #rss: () => number;
  readonly #ticks = new Map<number, Tick>();
  readonly stretches: readonly Stretch[];
  readonly turns: FleetTurn[] = [];
  readonly results: ThreadResult[] = [];
  /** It was stopped before its time. */
  isStopped = false;

  /**
   * @param ms how long the scenario is
   * @param rss gives the memory of this process, bytes
   */
  constructor(ms: number, rss: () => number) {
    this.#ms = ms;
    this.#rss = rss;
    this.stretches = Array.from({ length: STRETCHES }, (_, n) => ({
      at: ((n + 1) * ms) / STRETCHES,
      turns: 0,
      failed: 0,
      gaps: 0,
      firstSoundMs: [],
      sessions: 0,
      ready: 0,
      heapBytes: 0,
      rssBytes: 0,
      cpuMs: 0,
    }));
  }

  addTurn(turn: FleetTurn): void {
    this.turns.push(turn);
    const stretch = this.#stretchAt(turn.at);
    stretch.turns++;
    stretch.gaps += turn.gaps;
    if (!isHeard(turn)) stretch.failed++;
    if (turn.firstSoundMs !== undefined) stretch.firstSoundMs.push(turn.firstSoundMs);
  }

  addTick(tick: Tick): void {
    const before = this.#ticks.get(tick.thread);
    this.#ticks.set(tick.thread, tick);
    // The end of a stretch belongs to it.
    const stretch = this.#stretchAt(tick.at - 1);
    stretch.sessions += tick.sessions - (this.#isSame(before, stretch) ? (before as Tick).sessions : 0);
    stretch.ready += tick.ready - (this.#isSame(before, stretch) ? (before as Tick).ready : 0);
    stretch.heapBytes += tick.heapBytes - (this.#isSame(before, stretch) ? (before as Tick).heapBytes : 0);
    stretch.rssBytes = Math.max(stretch.rssBytes, this.#rss());
    stretch.cpuMs += tick.cpuMs - (before?.cpuMs ?? tick.cpuMs);
  }

  addResult(result: ThreadResult): void {
    this.results.push(result);
  }

  /** The slowest thread's time, ms from the beginning. */
  get reachedMs(): number {
    const times = [...this.#ticks.values()].map(({ at }) => at);
    return times.length === 0 ? 0 : Math.min(...times);
  }

  /** Sum over the last ticks of all threads. */
  now(figure: "sessions" | "ready"): number {
    return [...this.#ticks.values()].reduce((sum, tick) => sum + tick[figure], 0);
  }

  /** CPU that all threads have used, ms. */
  get cpuMs(): number {
    return [...this.#ticks.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  #isSame(tick: Tick | undefined, stretch: Stretch): boolean {
    return tick !== undefined && this.#stretchAt(tick.at - 1) === stretch;
  }

  #stretchAt(at: number): Stretch {
    const n = Math.floor((at * STRETCHES) / this.#ms);
    return this.stretches[Math.max(0, Math.min(STRETCHES - 1, n))] as Stretch;
  }
}

/** Whether somebody got an answer. */
export function isHeard({ outcome }: FleetTurn): boolean {
  return outcome === "answered" || outcome === "interrupted";
}

/** The value below which this share of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
