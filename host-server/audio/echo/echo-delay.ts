import { Fft, spectrum } from "./fft.ts";
import type { EchoReference } from "./reference.ts";

/** The search runs at a quarter of the rate: that is four times as fast. */
const DECIMATION = 4;
/** Samples at 16 kHz around the place that the times name in which the echo may be: its frames may be told early or late. */
const EARLIEST = -3 * 960;
const LATEST = 12 * 960;
/** Samples to both sides of what it found in which the place is looked for at the full rate. */
const REFINED = 8;
const FFT_SIZE = 8192;
/** How much the loudness of a bin counts in the comparison: 0 for all, 1 for nothing. */
const WHITENING = 0.8;
/** How far the best place must stand out from the others. */
const CONFIDENCE = 7;

const fft = new Fft(FFT_SIZE);

/**
 * How much later than its reference an echo is heard, in samples at 16 kHz; undefined when no place stands out.
 *
 * @param heard what was heard, from -1 to 1
 * @param position where the reference for its first sample would be without a delay
 */
export function findEchoDelay(heard: Float64Array, reference: EchoReference, position: number): number | undefined {
  const samples = new Float64Array(heard.length + LATEST - EARLIEST);
  reference.read(position - LATEST, samples);
  const x = spectrum(FFT_SIZE);
  const y = spectrum(FFT_SIZE);
  decimate(samples, x.re);
  decimate(heard, y.re);
  fft.forward(x);
  fft.forward(y);
  for (let bin = 0; bin < FFT_SIZE; bin++) {
    const a = x.re[bin] as number;
    const b = x.im[bin] as number;
    const c = y.re[bin] as number;
    const d = y.im[bin] as number;
    const re = a * c + b * d;
    const im = b * c - a * d;
    const scale = 1 / (Math.hypot(re, im) + 1e-9) ** WHITENING;
    x.re[bin] = re * scale;
    x.im[bin] = im * scale;
  }
  fft.inverse(x);
  const place = standingOut(x.re.subarray(0, (LATEST - EARLIEST) / DECIMATION + 1));
  return place === undefined ? undefined : LATEST - refine(heard, samples, place * DECIMATION);
}

/** The best place to the sample. What changes from sample to sample is compared: low tones would blur it. */
function refine(heard: Float64Array, samples: Float64Array, place: number): number {
  let best = place;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = Math.max(0, place - REFINED); at <= place + REFINED; at++) {
    let sum = 0;
    for (let k = 1; k < heard.length && at + k < samples.length; k++) {
      const change = (heard[k] as number) - (heard[k - 1] as number);
      sum += change * ((samples[at + k] as number) - (samples[at + k - 1] as number));
    }
    if (sum <= most) continue;
    best = at;
    most = sum;
  }
  return best;
}

/** The place of the highest peak, if it is far above the rest. */
function standingOut(correlation: Float64Array): number | undefined {
  let best = 0;
  let sum = 0;
  for (let at = 0; at < correlation.length; at++) {
    const value = correlation[at] as number;
    sum += value * value;
    if (value > (correlation[best] as number)) best = at;
  }
  const rms = Math.sqrt(sum / correlation.length);
  return (correlation[best] as number) > CONFIDENCE * rms ? best : undefined;
}

/** Every fourth sample, after a mean that keeps what lies above from folding down. */
function decimate(from: Float64Array, into: Float64Array): void {
  for (let at = 0; at * DECIMATION + DECIMATION <= from.length; at++) {
    let sum = 0;
    for (let k = 0; k < DECIMATION; k++) sum += from[at * DECIMATION + k] as number;
    into[at] = sum / DECIMATION;
  }
}
