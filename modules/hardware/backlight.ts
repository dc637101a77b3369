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

  constructor(pin: number) {
    this.#pwm = new PWM({ pin });
  }

  set(percent: number): void {
    const full = 2 ** this.#pwm.resolution - 1;
    this.#pwm.write(Math.round((full * percent) / 100));
  }
}

class PwmBacklightPart implements BacklightPart {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  create(): Backlight {
    return new PwmBacklight(this.#pin);
  }
}

/** A backlight that a transistor switches; more duty is more light. */
export function pwmBacklight(pin: number): BacklightPart {
  return new PwmBacklightPart(pin);
}
