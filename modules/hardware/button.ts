import Digital from "embedded:io/digital";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { contained } from "../system/contained.ts";

/** What a finger on a button means. */
export interface ButtonEvents {
  readonly onClick: () => void;
  /** Held down long enough that it is no click. */
  readonly onPress: () => void;
  /** Let go after `onPress`. */
  readonly onRelease: () => void;
}

/** A talk button that a board declares; `create` brings it to life. */
export interface ButtonPart {
  create(events: ButtonEvents, clock: Clock): void;
}

/** A button held longer is pressed to talk. */
const HOLD_MS = 350;
/** Contacts bounce for a few ms; edges that come faster than a finger are ignored. */
const DEBOUNCE_MS = 20;

class PinButton {
  readonly #events: ButtonEvents;
  readonly #clock: Clock;
  #isDown = false;
  #isHeld = false;
  /** ms of the clock, which may begin at 0: the first press is no bounce. */
  #changedAt = -DEBOUNCE_MS;
  #cancelHold: Cancel | undefined;

  constructor(events: ButtonEvents, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  changed(isDown: boolean): void {
    const now = this.#clock.now();
    if (isDown === this.#isDown || (isDown && now - this.#changedAt < DEBOUNCE_MS)) return;
    this.#isDown = isDown;
    this.#changedAt = now;
    if (isDown) this.#cancelHold = this.#clock.schedule(HOLD_MS, () => this.#held());
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

/** What a board declares is an object, not a closure: a device keeps it in flash. */
class PinButtonPart implements ButtonPart {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  create(events: ButtonEvents, clock: Clock): void {
    const button = new PinButton(events, clock);
    new Digital({
      pin: this.#pin,
      mode: Digital.InputPullUp,
      edge: Digital.Rising | Digital.Falling,
      onReadable() {
        contained("button", () => button.changed(this.read() === 0));
      },
    });
  }
}

/** A push button between a pin and ground, as the BOOT button of every ESP32 board is. */
export function pinButton(pin: number): ButtonPart {
  return new PinButtonPart(pin);
}
