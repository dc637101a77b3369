/** A spectrum: real and imaginary parts of its bins. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** An empty spectrum, or a complex signal, of this size. */
export function spectrum(size: number): Spectrum {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

/** The discrete Fourier transform of one size, a power of two; in place. */
export class Fft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  constructor(size: number) {
    this.size = size;
    const half = size / 2;
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / size));
    this.#reversed = new Uint32Array(size);
    for (let at = 1; at < size; at++) {
      this.#reversed[at] = ((this.#reversed[at >> 1] as number) >> 1) | (at & 1 ? half : 0);
    }
  }

  forward(signal: Spectrum): void {
    this.#transform(signal.re, signal.im);
  }

  /** The inverse, scaled so that both together change nothing. */
  inverse({ re, im }: Spectrum): void {
    // Swapped parts turn the transform around.
    this.#transform(im, re);
    const scale = 1 / this.size;
    for (let at = 0; at < this.size; at++) {
      re[at] = (re[at] as number) * scale;
      im[at] = (im[at] as number) * scale;
    }
  }

  #transform(re: Float64Array, im: Float64Array): void {
    this.#reorder(re, im);
    for (let length = 2; length <= this.size; length *= 2) {
      const half = length / 2;
      const step = this.size / length;
      for (let start = 0; start < this.size; start += length) {
        for (let k = 0; k < half; k++) {
          const cos = this.#cos[k * step] as number;
          const sin = this.#sin[k * step] as number;
          const a = start + k;
          const b = a + half;
          const tr = (re[b] as number) * cos + (im[b] as number) * sin;
          const ti = (im[b] as number) * cos - (re[b] as number) * sin;
          re[b] = (re[a] as number) - tr;
          im[b] = (im[a] as number) - ti;
          re[a] = (re[a] as number) + tr;
          im[a] = (im[a] as number) + ti;
        }
      }
    }
  }

  #reorder(re: Float64Array, im: Float64Array): void {
    for (let at = 0; at < this.size; at++) {
      const to = this.#reversed[at] as number;
      if (to <= at) continue;
      const r = re[at] as number;
      const i = im[at] as number;
      re[at] = re[to] as number;
      im[at] = im[to] as number;
      re[to] = r;
      im[to] = i;
    }
  }
}
