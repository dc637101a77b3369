import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { log } from "../system/log.ts";

/** How deeply the device rests. */
export type RestStage = "awake" | "dim" | "off";

export interface RestParts {
  readonly clock: Clock;
  readonly machine: StateMachine;
  /** Whether it may rest at all: it lives on its battery, and its owner has not forbidden it. */
  readonly mayRest: () => boolean;
  /** Something is heard although the device is idle: an alarm rings. */
  readonly isBusy: () => boolean;
  /** ms without use until each stage; 0 for never. */
  readonly dimMs: number;
  readonly offMs: number;
  readonly onStage: (stage: RestStage) => void;
}

/** A device that may not rest now is looked at again so often. */
const LOOK_MS = 10_000;

/**
 * Lets a device that nobody uses dim itself, and later go dark or switch itself off. Whatever begins a conversation
 * wakes it: a button, the wake word, a message.
 */
export class Rest {
  readonly #parts: RestParts;
  #stage: RestStage = "awake";
  /** ms of the clock. */
  #usedAt: number;
  #cancelLook: Cancel | undefined;

  constructor(parts: RestParts) {
    this.#parts = parts;
    this.#usedAt = parts.clock.now();
    parts.machine.onMove(() => this.stir());
  }

  get stage(): RestStage {
    return this.#stage;
  }

  /** Somebody uses the device, or it does something of its own. */
  stir(): void {
    this.#usedAt = this.#parts.clock.now();
    this.#enter("awake");
    this.look();
  }

  /** What decides whether it may rest has changed. */
  look(): void {
    const { clock, mayRest } = this.#parts;
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    if (this.#parts.machine.state !== "idle") return;
    if (!mayRest() || this.#parts.isBusy()) {
      this.#usedAt = clock.now();
      this.#enter("awake");
      this.#lookIn(LOOK_MS);
      return;
    }
    const unusedMs = clock.now() - this.#usedAt;
    const { dimMs, offMs } = this.#parts;
    if (offMs > 0 && unusedMs >= offMs) return this.#enter("off");
    const isDim = dimMs > 0 && unusedMs >= dimMs;
    if (isDim) this.#enter("dim");
    const next = [isDim ? 0 : dimMs, offMs].filter((ms) => ms > unusedMs);
    if (next.length > 0) this.#lookIn(Math.min(...next) - unusedMs);
  }

  #lookIn(ms: number): void {
    this.#cancelLook = this.#parts.clock.schedule(ms, () => this.look());
  }

  #enter(stage: RestStage): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    log.info("rest", { stage });
    this.#parts.onStage(stage);
  }
}
