import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Call, Claim, Claims } from "./claims.ts";

/** ms after the first call in which others are the same call, heard by other devices: connecting takes some of them longer. */
const SPAN_MS = 1_500;
/** ms that whoever is to answer may do nothing: a device that was called begins to listen in the next moment. */
const HANG_MS = 700;
/** More devices than this behind one address are no home but an office, a school, or a proxy. */
const MAX_DEVICES = 20;
/** Homes whose devices are remembered. */
const MAX_HOMES = 20_000;

/** How it is decided. */
export interface ClaimsSettings {
  /** Whoever is there first, whoever heard the call loudest, or everybody. */
  readonly choose: "first" | "loudest" | "all";
  /** ms to wait for others, where loudness decides and a home has several devices. */
  readonly windowMs: number;
}

/** One call, as several devices heard it. */
interface Round {
  /** Those who wait for what is decided, in the order in which they came. */
  readonly waiting: Set<Call>;
  /** Whether any of them told of a wake word. */
  isSure: boolean;
  answerer: Call | undefined;
  /** Whoever is to answer has done something since. */
  isServing: boolean;
  /** Whoever is to answer has done nothing for too long. */
  isHanging: boolean;
  cancel: Cancel;
}

/** Decides within one process. */
export class HomeClaims implements Claims {
  readonly #clock: Clock;
  readonly #settings: () => ClaimsSettings;
  readonly #rounds = new Map<string, Round>();
  /** The devices of each home; homes that were not heard of for longest go first. */
  readonly #devices = new Map<string, Set<string>>();

  constructor(clock: Clock, settings: () => ClaimsSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  meet(home: string, device: string): void {
    const devices = this.#devices.get(home) ?? new Set();
    if (devices.size <= MAX_DEVICES) devices.add(device);
    this.#devices.delete(home);
    this.#devices.set(home, devices);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > MAX_HOMES && oldest !== undefined) this.#devices.delete(oldest);
  }

  claim(home: string, call: Call): Claim {
    if (this.#settings().choose === "all" || this.#countOf(home) > MAX_DEVICES) {
      call.onVerdict("answer");
      return { serve: () => {}, withdraw: () => {} };
    }
    const round = this.#rounds.get(home);
    if (round && !isAnother(round, call)) this.#join(round, call);
    else this.#begin(home, call);
    return { serve: () => this.#serve(home, call), withdraw: () => this.#withdraw(home, call) };
  }

  #countOf(home: string): number {
    return this.#devices.get(home)?.size ?? 0;
  }

  #begin(home: string, call: Call): void {
    this.#rounds.get(home)?.cancel();
    const { choose, windowMs } = this.#settings();
    const { isSure } = call;
    const state = { answerer: undefined, isServing: false, isHanging: false, cancel: () => {} };
    const round: Round = { waiting: new Set([call]), isSure, ...state };
    this.#rounds.set(home, round);
    const waits = choose === "loudest" && isSure && this.#countOf(home) > 1;
    if (waits) round.cancel = this.#clock.schedule(windowMs, () => this.#decide(round));
    this.#endAfter(SPAN_MS + (waits ? windowMs : 0), home, round);
    if (!waits) this.#decide(round);
  }

  /** As long as somebody waits, something is about to be decided. */
  #endAfter(ms: number, home: string, round: Round): void {
    this.#clock.schedule(ms, () => {
      if (this.#rounds.get(home) !== round) return;
      if (round.waiting.size > 0) this.#endAfter(SPAN_MS, home, round);
      else this.#rounds.delete(home);
    });
  }

  #join(round: Round, call: Call): void {
    round.isSure ||= call.isSure;
    if (round.answerer?.device === call.device) {
      // It has connected again, or was called twice.
      this.#appoint(round, call);
    } else if (round.isServing) call.onVerdict("silent");
    else {
      round.waiting.add(call);
      if (round.isHanging) this.#takeOver(round);
    }
  }

  /** The next who may answer. */
  #decide(round: Round): void {
    const calls = [...round.waiting];
    const [first] = calls;
    const isLouder = (call: Call, than: Call) =>
      (call.loudness ?? Number.NEGATIVE_INFINITY) > (than.loudness ?? Number.NEGATIVE_INFINITY);
    const byLoudness = this.#settings().choose === "loudest";
    const chosen = byLoudness
      ? calls.reduce((best, call) => (isLouder(call, best) ? call : best), calls[0] as Call)
      : first;
    if (chosen) this.#appoint(round, chosen);
  }

  #appoint(round: Round, call: Call): void {
    round.cancel();
    round.waiting.delete(call);
    Object.assign(round, { answerer: call, isServing: false, isHanging: false });
    round.cancel = this.#clock.schedule(HANG_MS, () => {
      round.isHanging = true;
      this.#takeOver(round);
    });
    call.onVerdict("answer");
  }

  /** Where nobody else was called, whoever is slow may be. */
  #takeOver(round: Round): void {
    if (round.waiting.size === 0) return;
    const { answerer } = round;
    this.#decide(round);
    answerer?.onVerdict("silent");
  }

  #serve(home: string, call: Call): void {
    const round = this.#rounds.get(home);
    if (round?.answerer !== call || round.isServing) return;
    round.cancel();
    round.isServing = true;
    const others = [...round.waiting];
    round.waiting.clear();
    for (const other of others) other.onVerdict("silent");
  }

  #withdraw(home: string, call: Call): void {
    const round = this.#rounds.get(home);
    if (!round) return;
    round.waiting.delete(call);
    if (round.answerer !== call) return;
    round.cancel();
    round.answerer = undefined;
    if (round.waiting.size > 0) this.#decide(round);
    else this.#rounds.delete(home);
  }
}

/** Two devices that merely began to listen have nothing to do with each other. */
function isAnother(round: Round, call: Call): boolean {
  return !round.isSure && !call.isSure;
}
