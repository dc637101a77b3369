import { Fft, type Spectrum, spectrum } from "./echo/fft.ts";
import { joinSamples } from "./join.ts";

/** Samples at 16 kHz between two spectra: 15 ms, a quarter of the packets that devices send. */
const hop = 240;
const windowSamples = 2 * hop;
const size = 512;
const bins = size / 2 + 1;

/** Rises and falls so that the squares of two overlapping ones add up to one. */
const shape = Float64Array.from({ length: windowSamples }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / windowSamples));

// The power of noise in a bin varies exponentially: three tenths of its values lie below 0.36 of their mean. Speech in
// the lead, which leaves each bin alone for some of the time, hardly changes that share.
const quietShare = 0.3;
const quietLevel = -Math.log(1 - quietShare);
/** Bins to each side over which the noise is averaged. */
const neighbours = 2;

/** Of a bin that is noise alone, this much is left: less makes tones that a recogniser takes for phones. */
const leastGain = 0.1;
/** How much the speech found in the last spectrum counts for the next one. */
const inertia = 0.96;
const leastSpeech = 1e-3;
/** Weight of the newest spectrum in the level that the noise follows. */
const newest = 0.2;
/** What a level below the noise takes it down by, and what one above takes it up by at most, for each spectrum. */
const fall = 0.05;
const rise = 1.0028;

/**
 * Takes the steady noise of a room out of an utterance while it streams: a Wiener filter whose noise is what was heard
 * before the voice, followed slowly. Speech is told from noise by the ratio found in the last spectrum (Ephraim and
 * Malah's decision-directed estimate), so that no single loud bin of noise passes.
 *
 * What goes in comes out, the same number of samples, 15 ms late; `end` gives the rest.
 */
export class NoiseReducer {
  readonly #leadSamples: number;
  readonly #fft = new Fft(size);
  readonly #noise = new Float64Array(bins);
  readonly #level = new Float64Array(bins);
  /** Power of the speech found in the last spectrum. */
  readonly #speech = new Float64Array(bins);
  /** Second half of the last window, to which the first half of the next is added. */
  readonly #overlap = new Float64Array(hop);
  /** Not done yet, after half a window of silence that everything begins with. */
  #waiting = new Int16Array(hop);
  #knowsNoise = false;
  #hasBegun = false;

  /** Samples by which the output is late. */
  static readonly delaySamples = hop;

  /** @param leadSamples sound at 16 kHz to learn the noise from, before anything comes out */
  constructor(leadSamples: number) {
    this.#leadSamples = leadSamples;
  }

  /** Takes the next samples, 16 kHz mono; gives those that are ready, maybe none. */
  accept(pcm: Int16Array): Int16Array {
    this.#waiting = joinSamples([this.#waiting, pcm]);
    if (!this.#knowsNoise) {
      if (this.#waiting.length - hop < this.#leadSamples) return new Int16Array(0);
      this.#learn();
    }
    return this.#reduceWaiting();
  }

  /** Gives what is left when nothing follows. */
  end(): Int16Array {
    if (!this.#knowsNoise) this.#learn();
    const left = this.#waiting.length - (this.#hasBegun ? 0 : hop);
    this.#waiting = joinSamples([this.#waiting, new Int16Array(windowSamples)]);
    return this.#reduceWaiting().slice(0, left);
  }

  #reduceWaiting(): Int16Array {
    const count = Math.max(0, Math.floor(this.#waiting.length / hop) - 1);
    const output = new Int16Array(count * hop);
    for (let at = 0; at < output.length; at += hop) this.#reduce(at, output);
    this.#waiting = this.#waiting.slice(output.length);
    if (this.#hasBegun || count === 0) return output;
    this.#hasBegun = true;
    return output.slice(hop);
  }

  #reduce(at: number, output: Int16Array): void {
    const signal = this.#spectrumAt(at);
    for (let bin = 0; bin < bins; bin++) scale(signal, bin, this.#gain(bin, powerOf(signal, bin)));
    this.#fft.inverse(signal);
    for (let sample = 0; sample < hop; sample++) {
      const value = this.#overlap[sample]! + signal.re[sample]! * shape[sample]!;
      output[at + sample] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
      this.#overlap[sample] = signal.re[hop + sample]! * shape[hop + sample]!;
    }
  }

  /** What is left of a bin of this power, 0 to 1. */
  #gain(bin: number, power: number): number {
    this.#follow(bin, power);
    const noise = this.#noise[bin]!;
    const ratio = inertia * (this.#speech[bin]! / noise) + (1 - inertia) * Math.max(0, power / noise - 1);
    const speech = Math.max(leastSpeech, ratio);
    const gain = Math.max(leastGain, speech / (1 + speech));
    this.#speech[bin] = gain * gain * power;
    return gain;
  }

  #follow(bin: number, power: number): void {
    const noise = this.#noise[bin]!;
    const level = this.#level[bin]! + newest * (power - this.#level[bin]!);
    this.#level[bin] = level;
    this.#noise[bin] = Math.max(1, level < noise ? noise + fall * (level - noise) : Math.min(level, noise * rise));
  }

  /** Takes what waits for sound before the voice. */
  #learn(): void {
    this.#knowsNoise = true;
    const powers: Float64Array[] = [];
    for (let at = hop; at + windowSamples <= this.#waiting.length; at += hop) {
      const signal = this.#spectrumAt(at);
      powers.push(Float64Array.from({ length: bins }, (_, bin) => powerOf(signal, bin)));
    }
    const quiet = Float64Array.from({ length: bins }, (_, bin) => quantile(powers.map((power) => power[bin]!)));
    for (let bin = 0; bin < bins; bin++) {
      const near = quiet.subarray(Math.max(0, bin - neighbours), bin + neighbours + 1);
      const noise = near.reduce((sum, value) => sum + value, 0) / near.length / quietLevel;
      this.#noise[bin] = Math.max(1, noise);
      this.#level[bin] = this.#noise[bin]!;
    }
  }

  #spectrumAt(at: number): Spectrum {
    const signal = spectrum(size);
    for (let sample = 0; sample < windowSamples; sample++) {
      signal.re[sample] = this.#waiting[at + sample]! * shape[sample]!;
    }
    this.#fft.forward(signal);
    return signal;
  }
}

function quantile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * quietShare)] ?? 0;
}

function powerOf({ re, im }: Spectrum, bin: number): number {
  return re[bin]! ** 2 + im[bin]! ** 2;
}

/** Scales a bin and, of a real signal, its mirror image. */
function scale({ re, im }: Spectrum, bin: number, gain: number): void {
  re[bin]! *= gain;
  im[bin]! *= gain;
  const mirror = (size - bin) % size;
  if (mirror === bin) return;
  re[mirror]! *= gain;
  im[mirror]! *= gain;
}
