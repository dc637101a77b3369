import type { SharedPart } from "../../system/shared.ts";
import { OutputPin } from "../output-pin.ts";

/** What cuts the power of the device it belongs to. */
export interface PowerSwitch {
  off(): void;
}

/** A power switch that a board declares; made when the device starts, so that it holds the power from then on. */
export type PowerSwitchPart = SharedPart<PowerSwitch>;

class PinPower implements PowerSwitch {
  readonly #pin: OutputPin;

  constructor(pin: number) {
    this.#pin = new OutputPin(pin, false, true);
  }

  off(): void {
    this.#pin.set(false);
  }
}

class PinPowerPart implements PowerSwitchPart {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  create(): PowerSwitch {
    return new PinPower(this.#pin);
  }
}

/** A pin that holds the power on after somebody has pressed the board's power button; a low level lets it go. */
export function powerHold(pin: number): PowerSwitchPart {
  return new PinPowerPart(pin);
}
