import type { SharedPart } from "../system/shared.ts";
import { OutputPin } from "./output-pin.ts";

/** Something that is on or off: an amplifier, the power of a camera. */
export interface Switch {
  set(isOn: boolean): void;
}

class PinSwitchPart implements SharedPart<Switch> {
  readonly #pin: number;
  readonly #isInverted: boolean;

  constructor(pin: number, isInverted: boolean) {
    this.#pin = pin;
    this.#isInverted = isInverted;
  }

  create(): Switch {
    return new OutputPin(this.#pin, this.#isInverted, false);
  }
}

/** On is a high level of the pin; `isInverted`: a low one. */
export function pinSwitch(pin: number, isInverted = false): SharedPart<Switch> {
  return new PinSwitchPart(pin, isInverted);
}
