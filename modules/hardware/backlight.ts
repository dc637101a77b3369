import PWM from "embedded:io/pwm";

/** The light behind a screen. */
export interface Backlight {
  /** 0 (dark) to 100 */
  set(percent: number): void;
}

/** Makes the board's backlight. */
export type CreateBacklight = () => Backlight;

/** A backlight that a transistor switches; more duty is more light. */
export function pwmBacklight(pin: number): CreateBacklight {
  return () => {
    const pwm = new PWM({ pin });
    const full = 2 ** pwm.resolution - 1;
    return { set: (percent) => pwm.write(Math.round((full * percent) / 100)) };
  };
}
