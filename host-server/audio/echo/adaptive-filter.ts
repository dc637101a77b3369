import { Fft, type Spectrum, spectrum } from "./fft.ts";

/** Samples that are filtered at once: 15 ms at 16 kHz. */
export const BLOCK_SAMPLES = 240;
const FFT_SIZE = 512;
/** The spectrum of a real signal is half of it, and the mirror of that. */
const BINS = FFT_SIZE / 2 + 1;
/** Echo that is modelled: 135 ms, from the loudspeaker's first sound on. */
const PARTITIONS = 9;
const STEP = 1;
/** Share of the mean power that is added to each bin: speech has bins with next to nothing, which would learn wildly. */
const REGULARISATION = 0.1;
/** Keeps silence from learning noise. */
const POWER_FLOOR = 1e-2;

/** What came of one block. */
export interface FilteredBlock {
  /** What is left after the echo was taken out. */
  readonly residual: Float64Array;
  /** Energies of the block: what was heard, the echo as modelled, and what is left. */
  readonly heard: number;
  readonly echo: number;
  readonly left: number;
}

/**
 * Learns how a room turns a reference into an echo, and takes that out: a partitioned block filter in the frequency domain
 * (overlap-save, normalised by the power of each bin).
 */
export class AdaptiveFilter {
  readonly #fft = new Fft(FFT_SIZE);
  readonly #weights: readonly Spectrum[] = Array.from({ length: PARTITIONS }, () => spectrum(FFT_SIZE));
  /** Spectra of the reference, the newest at `#newest`. */
  readonly #past: readonly Spectrum[] = Array.from({ length: PARTITIONS }, () => spectrum(FFT_SIZE));
  readonly #window = new Float64Array(FFT_SIZE);
  readonly #power = new Float64Array(BINS);
  readonly #work = spectrum(FFT_SIZE);
  readonly #residual = new Float64Array(BLOCK_SAMPLES);
  #newest = 0;
  #constrained = 0;

  /**
   * Takes `BLOCK_SAMPLES` of the reference and of what was heard meanwhile, both from -1 to 1. What it gives is valid
   * until the next call.
   *
   * @param learns how much to learn from this block, 0 to 1
   */
  process(reference: Float64Array, heard: Float64Array, learns: (block: FilteredBlock) => number): FilteredBlock {
    this.#remember(reference);
    const block = this.#subtract(heard);
    const rate = learns(block) * STEP;
    if (rate > 0) this.#learn(rate);
    return block;
  }

  /** Forgets the reference, not the room. */
  clear(): void {
    this.#window.fill(0);
    for (const { re, im } of this.#past) {
      re.fill(0);
      im.fill(0);
    }
  }

  #remember(reference: Float64Array): void {
    this.#window.copyWithin(0, BLOCK_SAMPLES);
    this.#window.set(reference, FFT_SIZE - BLOCK_SAMPLES);
    this.#newest = (this.#newest + PARTITIONS - 1) % PARTITIONS;
    const newest = this.#past[this.#newest] as Spectrum;
    newest.re.set(this.#window);
    newest.im.fill(0);
    this.#fft.forward(newest);
  }

  #subtract(heard: Float64Array): FilteredBlock {
    const { re, im } = this.#work;
    re.fill(0);
    im.fill(0);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { re: wr, im: wi } = this.#weights[partition] as Spectrum;
      const { re: xr, im: xi } = this.#reference(partition);
      for (let bin = 0; bin < BINS; bin++) {
        const a = wr[bin] as number;
        const b = wi[bin] as number;
        const c = xr[bin] as number;
        const d = xi[bin] as number;
        re[bin] = (re[bin] as number) + a * c - b * d;
        im[bin] = (im[bin] as number) + a * d + b * c;
      }
    }
    mirror(this.#work);
    this.#fft.inverse(this.#work);
    const sums = { heard: 0, echo: 0, left: 0 };
    for (let at = 0; at < BLOCK_SAMPLES; at++) {
      const echo = re[FFT_SIZE - BLOCK_SAMPLES + at] as number;
      const sound = heard[at] as number;
      const left = sound - echo;
      this.#residual[at] = left;
      sums.heard += sound * sound;
      sums.echo += echo * echo;
      sums.left += left * left;
    }
    return { residual: this.#residual, ...sums };
  }

  #learn(rate: number): void {
    const { re, im } = this.#work;
    re.fill(0);
    im.fill(0);
    re.set(this.#residual, FFT_SIZE - BLOCK_SAMPLES);
    this.#fft.forward(this.#work);
    this.#measurePower();
    for (let bin = 0; bin < BINS; bin++) {
      const scale = rate / (this.#power[bin] as number);
      re[bin] = (re[bin] as number) * scale;
      im[bin] = (im[bin] as number) * scale;
    }
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { re: wr, im: wi } = this.#weights[partition] as Spectrum;
      const { re: xr, im: xi } = this.#reference(partition);
      for (let bin = 0; bin < BINS; bin++) {
        const a = xr[bin] as number;
        const b = xi[bin] as number;
        const c = re[bin] as number;
        const d = im[bin] as number;
        wr[bin] = (wr[bin] as number) + a * c + b * d;
        wi[bin] = (wi[bin] as number) + a * d - b * c;
      }
    }
    this.#constrain();
  }

  #measurePower(): void {
    this.#power.fill(0);
    for (const { re, im } of this.#past) {
      for (let bin = 0; bin < BINS; bin++) {
        this.#power[bin] = (this.#power[bin] as number) + (re[bin] as number) ** 2 + (im[bin] as number) ** 2;
      }
    }
    const mean = this.#power.reduce((sum, value) => sum + value, 0) / BINS;
    for (let bin = 0; bin < FFT_SIZE; bin++)
      this.#power[bin] = (this.#power[bin] as number) + POWER_FLOOR + REGULARISATION * mean;
  }

  /** A product of spectra is a circular convolution: what wraps around is cut off, one partition at a time. */
  #constrain(): void {
    this.#constrained = (this.#constrained + 1) % PARTITIONS;
    const weights = this.#weights[this.#constrained] as Spectrum;
    mirror(weights);
    this.#fft.inverse(weights);
    weights.re.fill(0, BLOCK_SAMPLES);
    weights.im.fill(0);
    this.#fft.forward(weights);
  }

  #reference(partition: number): Spectrum {
    return this.#past[(this.#newest + partition) % PARTITIONS] as Spectrum;
  }
}

function mirror({ re, im }: Spectrum): void {
  for (let bin = 1; bin < BINS - 1; bin++) {
    re[FFT_SIZE - bin] = re[bin] as number;
    im[FFT_SIZE - bin] = -(im[bin] as number);
  }
}
