import type { SharedPart } from "../system/shared.ts";
import { DutyPin } from "./duty-pin.ts";

/** The light behind a screen. */
export interface Backlight {
  /** 0 (dark) to 100 */
  set(percent: number): void;
}

/** A backlight that a board declares; `create` brings it to life. */
export type BacklightPart = SharedPart<Backlight>;

class PwmBacklightPart implements BacklightPart {
  readonly #pin: number;
  readonly #isInverted: boolean;

  constructor(pin: number, isInverted: boolean) {
    this.#pin = pin;
    this.#isInverted = isInverted;
  }

  create(): Backlight {
    return new DutyPin(this.#pin, this.#isInverted);
  }
}

/** A backlight that a transistor switches; more duty is more light, `isInverted`: less. */
export function pwmBacklight(pin: number, isInverted = false): BacklightPart {
  return new PwmBacklightPart(pin, isInverted);
}
