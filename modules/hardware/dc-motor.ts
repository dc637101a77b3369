import PWM from "embedded:io/pwm";

/** The two inputs of half a motor driver (DRV8833, TB6612, L298N): one for each direction. */
export interface MotorPins {
  readonly forward: number;
  readonly backward: number;
}

/** A motor with brushes behind a driver chip. */
export class DcMotor {
  readonly #forward: PWM;
  readonly #backward: PWM;

  constructor({ forward, backward }: MotorPins) {
    this.#forward = new PWM({ pin: forward });
    this.#backward = new PWM({ pin: backward });
  }

  /** -100 (full speed backward) to 100 percent; 0 stops. */
  run(percent: number): void {
    this.#write(this.#forward, Math.max(0, percent));
    this.#write(this.#backward, Math.max(0, -percent));
  }

  #write(pwm: PWM, percent: number): void {
    pwm.write(Math.round(((2 ** pwm.resolution - 1) * Math.min(100, percent)) / 100));
  }
}
