import type { Cancel, Clock } from "../protocol/clock.ts";
import { Random } from "./random.ts";
import { TimerQueue } from "./timer-queue.ts";

const START_OF_TIME = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1000;

/** Real ms for a hold: far more than a worker needs on a slow computer, of which others take three quarters. */
const STUCK_MS = 60_000;
/** Real ms in which something outside may bring a timer when none is left. */
const IDLE_MS = 10_000;

/** Rounds of the event loop without a timer: streams, HTTP and WebSocket parsers pass data on within this many. */
const SETTLE_ROUNDS = 4;

const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Why virtual time cannot go on: `clock-stuck` (a hold stays), `clock-idle` (nothing will happen), `clock-limit`, `clock-busy`. */
export class ClockError extends Error {
  override readonly name = "ClockError";
  readonly code: "clock-stuck" | "clock-idle" | "clock-limit" | "clock-busy";

  constructor(code: ClockError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** The time of this computer. */
export class RealClock implements Clock {
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  schedule(ms: number, run: () => void): Cancel {
    if (ms <= 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }

  hold(): Cancel {
    return () => {};
  }
}

export interface VirtualClockOptions {
  /** Decides at which moment of 2026 time starts. */
  seed?: number;
  /** Milliseconds since the Unix epoch, instead of a start made from the seed. */
  start?: number;
  /**
   * How long, in real milliseconds, time may stand still for a hold (60,000 unless given), or for a promise when no timer is left
   * (not longer than 10,000).
   */
  stuckMs?: number;
  /**
   * Whether time goes on after one round of the event loop in which nothing asks for another, instead of after a fixed number
   * of them: twice as fast, for programs that have no sockets outside of memory.
   */
  isQuick?: boolean;
}

export interface RunOptions {
  /** How much virtual time may pass while waiting for a promise, in milliseconds. */
  limitMs?: number;
}

/**
 * Time that a program moves: it jumps to the next timer as soon as nothing else can happen, that is when no hold is
 * open, no file operation is running and the event loop has settled. Timers run in order of time, then of insertion.
 */
export class VirtualClock implements Clock {
  #now: number;
  #queue = new TimerQueue();
  #holds = new Map<symbol, string | Error>();
  #running = false;
  readonly #stuckMs: number;
  readonly #isQuick: boolean;

  constructor(options: VirtualClockOptions = {}) {
    const seed = options.seed ?? 1;
    this.#now = options.start ?? START_OF_TIME + Math.floor(new Random(seed, "clock").between(0, 300 * DAY));
    this.#stuckMs = options.stuckMs ?? STUCK_MS;
    this.#isQuick = options.isQuick ?? false;
  }

  now(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#queue.size;
  }

  schedule(ms: number, run: () => void): Cancel {
    const timer = this.#queue.add(this.#now + Math.max(0, ms), run);
    return () => this.#queue.cancel(timer);
  }

  /** `name` is what the error says when the hold is never released; without one it is the caller's place. */
  hold(name?: string): Cancel {
    const key = Symbol();
    this.#holds.set(key, name ?? new Error());
    return () => this.#holds.delete(key);
  }

  /** Lets `ms` milliseconds pass, with everything that falls due in them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#drive(async () => {
      for (;;) {
        await this.#settle();
        const next = this.#queue.peek();
        if (!next || next.at > end) break;
        await this.#runDue(next.at);
      }
      this.#now = Math.max(this.#now, end);
    });
  }

  /**
   * Lets time pass until `until` (a duration in milliseconds, or a promise) and returns what the promise gives.
   * @throws ClockError when a hold stays open, when nothing is left that could settle the promise, or at the limit
   */
  async run<T = void>(until: number | Promise<T>, options: RunOptions = {}): Promise<T> {
    if (typeof until === "number") return (await this.advance(until)) as T;
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    until.then(settled, settled);
    await this.#drive(() => this.#runUntil(() => isSettled, options.limitMs ?? 10 * 60 * 1000));
    return until;
  }

  async #runUntil(isSettled: () => boolean, limitMs: number): Promise<void> {
    const limit = this.#now + limitMs;
    for (;;) {
      await this.#settle(isSettled);
      if (isSettled()) return;
      const next = this.#queue.peek() ?? (await this.#awaitTimer(isSettled));
      if (!next) return;
      if (next.at > limit) {
        throw new ClockError("clock-limit", `the awaited promise did not settle within ${limitMs} ms of virtual time`);
      }
      await this.#runDue(next.at);
    }
  }

  /** No timer is left: something outside (a real socket, a child process) may still bring one. */
  async #awaitTimer(isSettled: () => boolean) {
    const patience = Math.min(this.#stuckMs, IDLE_MS);
    const deadline = performance.now() + patience;
    while (performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await this.#settle(isSettled);
      if (isSettled()) return undefined;
      const next = this.#queue.peek();
      if (next) return next;
    }
    throw new ClockError("clock-idle", `nothing is left to happen: no timer, no hold, nothing for ${patience} ms`);
  }

  async #drive(work: () => Promise<void>): Promise<void> {
    if (this.#running) throw new ClockError("clock-busy", "this clock is already being run by another call");
    this.#running = true;
    try {
      await work();
    } finally {
      this.#running = false;
    }
  }

  /** Runs what is due at `at` and was scheduled before this instant; promise jobs run between two timers. */
  async #runDue(at: number): Promise<void> {
    this.#now = Math.max(this.#now, at);
    const firstNew = this.#queue.nextOrder;
    for (;;) {
      const next = this.#queue.peek();
      if (!next || next.at > at || next.order >= firstNew) return;
      this.#queue.take()?.run();
      await undefined;
    }
  }

  async #settle(isDone?: () => boolean): Promise<void> {
    for (let round = 0; round < SETTLE_ROUNDS; round++) {
      await nextRound();
      if (isDone?.()) return;
      const active = process.getActiveResourcesInfo();
      if (this.#holds.size > 0 || isFileWorkAmong(active)) {
        await this.#awaitHolds();
        round = -1;
      } else if (this.#isQuick && !isRoundAwaitedAmong(active)) return;
    }
  }

  async #awaitHolds(): Promise<void> {
    const deadline = performance.now() + this.#stuckMs;
    let round = 0;
    while (this.#holds.size > 0 || isFileWorkAmong(process.getActiveResourcesInfo())) {
      if (performance.now() > deadline) {
        const names = [...this.#holds.values()].map(nameOf).join(", ") || "a file operation";
        throw new ClockError("clock-stuck", `virtual time is held since ${this.#stuckMs} ms of real time by: ${names}`);
      }
      // Short waits are worth spinning for; long ones must leave the processor to the work that is awaited.
      if (round++ < 20) await nextRound();
      else await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

/** Reads, writes and look-ups that Node runs on its own threads: the event loop seems idle while they are pending. */
function isFileWorkAmong(resources: readonly string[]): boolean {
  return resources.some((name) => /^(FSReq|CloseReq|GetAddrInfoReq|WorkerJob)/.test(name));
}

/** Whether something else was put off to the next round of the event loop. */
function isRoundAwaitedAmong(resources: readonly string[]): boolean {
  return resources.includes("Immediate");
}

/** A stack is written out only where somebody reads it. */
function nameOf(hold: string | Error): string {
  if (typeof hold === "string") return hold;
  const line = hold.stack?.split("\n")[2] ?? "";
  return line.replace(/^\s*at\s+/, "") || "an unnamed hold";
}
