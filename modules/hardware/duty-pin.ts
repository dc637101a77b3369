import PWM from "embedded:io/pwm";

/** A pin that is on for a share of the time. */
export class DutyPin {
  readonly #pwm: PWM;
  readonly #isInverted: boolean;

  /** @param isInverted on while the pin is low */
  constructor(pin: number, isInverted: boolean) {
    this.#pwm = new PWM({ pin });
    this.#isInverted = isInverted;
  }

  /** 0 (off) to 100 */
  set(percent: number): void {
    const full = 2 ** this.#pwm.resolution - 1;
    this.#pwm.write(Math.round((full * (this.#isInverted ? 100 - percent : percent)) / 100));
  }
}
