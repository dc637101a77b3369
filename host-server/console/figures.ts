import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Cancel, type Clock, calendarTime } from "../../protocol/clock.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { ServerFigures } from "./contract/server.ts";

const MINUTE_MS = 60_000;
/** Points that are kept: an hour. */
const MAX_POINTS = 60;
const NS_IN_MS = 1_000_000;
const US_IN_MS = 1_000;

type Point = ServerFigures["points"][number];

/** The server's figures minute by minute, for charts: whoever needs more reads `/metrics`. */
export class Figures {
  readonly #clock: Clock;
  readonly #sessions: () => number;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #points: Point[] = [];
  #firstFrames: number[] = [];
  #turns = 0;
  #cpu = process.cpuUsage();
  #since: number;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, sessions: () => number) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#since = clock.now();
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  start(): void {
    this.#delay.enable();
    this.#schedule();
  }

  stop(): void {
    this.#delay.disable();
    this.#cancel?.();
  }

  /** A turn has ended. */
  turn({ stages }: Pick<TurnReport, "stages">): void {
    this.#turns++;
    if (stages.firstFrame !== undefined) this.#firstFrames.push(stages.firstFrame);
  }

  /** What is so now. */
  now() {
    const { max, percentile } = { max: this.#delay.max, percentile: this.#delay.percentile(99) };
    const loopDelay = { p99: rounded(percentile / NS_IN_MS), max: rounded(max / NS_IN_MS) };
    return { memoryBytes: process.memoryUsage.rss(), cpu: this.#load(), loopDelay };
  }

  #schedule(): void {
    this.#cancel = this.#clock.schedule(MINUTE_MS, () => {
      this.#keepPoint();
      this.#schedule();
    });
  }

  #keepPoint(): void {
    const sorted = this.#firstFrames.sort((a, b) => a - b);
    const point = {
      at: Math.floor(calendarTime(this.#clock)),
      sessions: this.#sessions(),
      turns: this.#turns,
      firstFrame: sorted[Math.floor(sorted.length / 2)] ?? null,
      memoryBytes: process.memoryUsage.rss(),
      cpu: this.#load(),
    };
    this.#points = [...this.#points, point].slice(-MAX_POINTS);
    this.#firstFrames = [];
    this.#turns = 0;
    this.#cpu = process.cpuUsage();
    this.#since = this.#clock.now();
    this.#delay.reset();
  }

  /** Share of one core since the last point. */
  #load(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    const ms = Math.max(1, this.#clock.now() - this.#since);
    return rounded((user + system) / US_IN_MS / ms);
  }
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 100) / 100 : 0;
}
