import PWM from "embedded:io/pwm";

/** Pulses a second that every hobby servo understands. */
const HZ = 50;
const RESOLUTION_BITS = 14;
const PERIOD_US = 1_000_000 / HZ;

/** The pulses at the two ends of a servo's way, in µs. */
export interface ServoPulses {
  readonly least: number;
  readonly most: number;
}

/** A hobby servo at a PWM pin; it gets no pulses, and holds nothing, before it is first told where to go. */
export class ServoMotor {
  readonly #pwm: PWM;
  readonly #pulses: ServoPulses;

  constructor(pin: number, pulses: ServoPulses) {
    this.#pwm = new PWM({ pin, hz: HZ, resolution: RESOLUTION_BITS });
    this.#pulses = pulses;
  }

  /** Degrees, 0 to 180; what is beyond is cut. */
  write(angle: number): void {
    const { least, most } = this.#pulses;
    const pulse = least + ((most - least) * Math.max(0, Math.min(180, angle))) / 180;
    this.#pwm.write(Math.round((pulse / PERIOD_US) * (2 ** RESOLUTION_BITS - 1)));
  }

  /** No more pulses: the servo can be turned by hand. */
  relax(): void {
    this.#pwm.write(0);
  }
}
