import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { ButtonEvents } from "../button.ts";

/** A button held longer is pressed to talk. */
const HOLD_MS = 350;
/** Contacts bounce for a few ms; edges that come faster than a finger are ignored. */
const DEBOUNCE_MS = 20;

/** Tells clicks from presses by what a button says of a finger: down or up. */
export class Finger {
  readonly #events: ButtonEvents;
  readonly #clock: Clock;
  readonly #holdMs: number;
  #isDown = false;
  #isHeld = false;
  /** ms of the clock, which may begin at 0: the first press is no bounce. */
  #changedAt = -DEBOUNCE_MS;
  #cancelHold: Cancel | undefined;

  /** @param holdMs how long a click lasts at most */
  constructor(events: ButtonEvents, clock: Clock, holdMs = HOLD_MS) {
    this.#events = events;
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  changed(isDown: boolean): void {
    const now = this.#clock.now();
    if (isDown === this.#isDown || (isDown && now - this.#changedAt < DEBOUNCE_MS)) return;
    this.#isDown = isDown;
    this.#changedAt = now;
    if (isDown) this.#cancelHold = this.#clock.schedule(this.#holdMs, () => this.#held());
    else this.#up();
  }

  #held(): void {
    this.#isHeld = true;
    this.#events.onPress();
  }

  #up(): void {
    this.#cancelHold?.();
    if (this.#isHeld) this.#events.onRelease();
    else this.#events.onClick();
    this.#isHeld = false;
  }
}
