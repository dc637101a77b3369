const SAMPLE_RATE = 16_000;

/** The energy of a sound between two frequencies. */
export class BandEnergy {
  readonly #filters: readonly Biquad[];

  constructor(fromHz: number, toHz: number) {
    this.#filters = [new Biquad(fromHz, "high"), new Biquad(toHz, "low"), new Biquad(toHz, "low")];
  }

  /** Energy of these samples at 16 kHz, which follow those of the last call. */
  of(samples: Float64Array): number {
    let sum = 0;
    for (const sample of samples) {
      let value = sample;
      for (const filter of this.#filters) value = filter.next(value);
      sum += value * value;
    }
    return sum;
  }
}

/** A Butterworth filter of the second order. */
class Biquad {
  readonly #b: number;
  readonly #middle: number;
  readonly #a1: number;
  readonly #a2: number;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(hz: number, passes: "low" | "high") {
    const angle = (2 * Math.PI * hz) / SAMPLE_RATE;
    const alpha = Math.sin(angle) / Math.SQRT2;
    const cos = Math.cos(angle);
    this.#b = (passes === "low" ? 1 - cos : 1 + cos) / 2 / (1 + alpha);
    this.#middle = passes === "low" ? 2 : -2;
    this.#a1 = (-2 * cos) / (1 + alpha);
    this.#a2 = (1 - alpha) / (1 + alpha);
  }

  next(x: number): number {
    const y = this.#b * (x + this.#middle * this.#x1 + this.#x2) - this.#a1 * this.#y1 - this.#a2 * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}
