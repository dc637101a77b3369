import PWM from "embedded:io/pwm";
import type { SharedPart } from "../system/shared.ts";

/** The light behind a screen. */
export interface Backlight {
  /** 0 (dark) to 100 */
  set(percent: number): void;
}

/** A backlight that a board declares; `create` brings it to life. */
export type BacklightPart = SharedPart<Backlight>;

class PwmBacklight implements Backlight {
  readonly #pwm: PWM;
  readonly #isInverted: boolean;

  constructor(pin: number, isInverted: boolean) {
    this.#pwm = new PWM({ pin });
    this.#isInverted = isInverted;
  }

  set(percent: number): void {
    const full = 2 ** this.#pwm.resolution - 1;
    this.#pwm.write(Math.round((full * (this.#isInverted ? 100 - percent : percent)) / 100));
  }
}

class PwmBacklightPart implements BacklightPart {
  readonly #pin: number;
  readonly #isInverted: boolean;

  constructor(pin: number, isInverted: boolean) {
    this.#pin = pin;
    this.#isInverted = isInverted;
  }

  create(): Backlight {
    return new PwmBacklight(this.#pin, this.#isInverted);
  }
}

/** A backlight that a transistor switches; more duty is more light, `isInverted`: less. */
export function pwmBacklight(pin: number, isInverted = false): BacklightPart {
  return new PwmBacklightPart(pin, isInverted);
}
