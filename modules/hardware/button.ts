import Digital from "embedded:io/digital";
import type { Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { contained } from "../system/contained.ts";
import { Finger } from "./touch/finger.ts";

/** What a finger on a button means. */
export interface ButtonEvents {
  readonly onClick: () => void;
  /** Held down long enough that it is no click. */
  readonly onPress: () => void;
  /** Let go after `onPress`. */
  readonly onRelease: () => void;
}

/**
 * How the talk button begins a conversation: by a click, by being held while the user talks, or, where nobody has
 * chosen, by either.
 */
export type TalkMode = "either" | "click_to_talk" | "press_to_talk";

/** A talk button that a board declares; `create` brings it to life. */
export interface ButtonPart {
  create(events: ButtonEvents, clock: Clock): void;
}

/** Two buttons for the volume. */
export interface VolumeButtons {
  readonly up: ButtonPart;
  readonly down: ButtonPart;
}

/** What a board declares is an object, not a closure: a device keeps it in flash. */
class PinButtonPart implements ButtonPart {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  create(events: ButtonEvents, clock: Clock): void {
    const finger = new Finger(events, clock);
    new Digital({
      pin: this.#pin,
      mode: Digital.InputPullUp,
      edge: Digital.Rising | Digital.Falling,
      onReadable() {
        contained("button", () => finger.changed(this.read() === 0));
      },
    });
  }
}

/** A push button between a pin and ground, as the BOOT button of every ESP32 board is. */
export function pinButton(pin: number): ButtonPart {
  return new PinButtonPart(pin);
}

class EitherButton implements ButtonPart {
  readonly #buttons: readonly ButtonPart[];

  constructor(buttons: readonly ButtonPart[]) {
    this.#buttons = buttons;
  }

  create(events: ButtonEvents, clock: Clock): void {
    for (const button of this.#buttons) button.create(events, clock);
  }
}

/** Several buttons that do the same. */
export function eitherButton(...buttons: readonly ButtonPart[]): ButtonPart {
  return new EitherButton(frozen(buttons));
}
