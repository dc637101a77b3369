/** Points of the transform: 25 ms at 16 kHz. */
export const POINTS = 400;
/** Frequencies of a spectrum, 40 Hz apart, from 0 to 8 kHz. */
export const BINS = POINTS / 2 + 1;

const ROWS = 16;
const COLUMNS = POINTS / ROWS;
const COSINES = Float64Array.from({ length: POINTS }, (_, at) => Math.cos((2 * Math.PI * at) / POINTS));
const SINES = Float64Array.from({ length: POINTS }, (_, at) => -Math.sin((2 * Math.PI * at) / POINTS));
/** Hann's window, as of a period. */
const WINDOW = Float64Array.from(COSINES, (cosine) => 0.5 - 0.5 * cosine);

/** Makes spectra of stretches of 400 samples: Fourier's transform in 16 steps of 25, which no power of two would fit. */
export class Spectrum {
  readonly #real = new Float64Array(POINTS);
  readonly #imaginary = new Float64Array(POINTS);
  readonly #windowed = new Float64Array(POINTS);

  /** Writes the power of each frequency of the 400 samples from `start` on to `power`. */
  powerOf(samples: Float64Array, start: number, power: Float64Array): void {
    for (let at = 0; at < POINTS; at++) this.#windowed[at] = samples[start + at]! * WINDOW[at]!;
    for (let row = 0; row < ROWS; row++) this.#transformRow(row);
    for (let bin = 0; bin < BINS; bin++) power[bin] = this.#powerAt(bin);
  }

  /** Every sixteenth sample, turned by its place. */
  #transformRow(row: number): void {
    for (let column = 0; column < COLUMNS; column++) {
      let [real, imaginary] = [0, 0];
      for (let at = 0; at < COLUMNS; at++) {
        const angle = (ROWS * at * column) % POINTS;
        const value = this.#windowed[ROWS * at + row]!;
        real += value * COSINES[angle]!;
        imaginary += value * SINES[angle]!;
      }
      this.#real[row * COLUMNS + column] = real;
      this.#imaginary[row * COLUMNS + column] = imaginary;
    }
  }

  #powerAt(bin: number): number {
    const column = bin % COLUMNS;
    let [real, imaginary] = [0, 0];
    for (let row = 0; row < ROWS; row++) {
      const angle = (row * bin) % POINTS;
      const [a, b] = [this.#real[row * COLUMNS + column]!, this.#imaginary[row * COLUMNS + column]!];
      real += a * COSINES[angle]! - b * SINES[angle]!;
      imaginary += a * SINES[angle]! + b * COSINES[angle]!;
    }
    return real * real + imaginary * imaginary;
  }
}
