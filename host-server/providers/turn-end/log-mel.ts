import { BINS, POINTS, Spectrum } from "./spectrum.ts";

const SAMPLE_RATE = 16_000;
/** Samples that the model sees: 8 s. */
const SAMPLES = 8 * SAMPLE_RATE;
/** Samples between two spectra: 10 ms. */
const STEP = 160;
/** Spectra of 8 s. */
export const FRAMES = SAMPLES / STEP;
/** Bands of a spectrum, each as wide as it sounds. */
export const BANDS = 80;
const LEAST_POWER = 1e-10;

/**
 * Sound as models of Whisper's kind see it (OpenAI's `log_mel_spectrogram`): loudness in 80 bands, 100 times a second, of the last
 * 8 s; shorter sound is preceded by silence. Band by band: `FRAMES` values each.
 *
 * @param pcm 16 kHz mono
 */
export function logMel(pcm: Int16Array): Float32Array {
  const { samples, silence } = prepared(pcm);
  const spectrum = new Spectrum();
  const power = new Float64Array(BINS);
  const mel = new Float32Array(BANDS * FRAMES);
  let loudest = Number.NEGATIVE_INFINITY;
  for (let frame = 0; frame < FRAMES; frame++) {
    const start = frame * STEP;
    // The silence that precedes short sound is the same everywhere.
    const isKnown = frame > 0 && start + POINTS <= silence && start - STEP >= POINTS / 2;
    if (!isKnown) spectrum.powerOf(samples, start, power);
    for (const [band, { first, weights }] of FILTERS.entries()) {
      let sum = 0;
      for (let at = 0; at < weights.length; at++) sum += weights[at]! * power[first + at]!;
      const value = Math.log10(Math.max(LEAST_POWER, sum));
      mel[band * FRAMES + frame] = value;
      if (value > loudest) loudest = value;
    }
  }
  return mel.map((value) => (Math.max(value, loudest - 8) + 4) / 4);
}

/** 8 s of mean 0 and variance 1, mirrored at both ends so that each spectrum has its time in the middle. */
function prepared(pcm: Int16Array): { samples: Float64Array; silence: number } {
  const last = pcm.subarray(Math.max(0, pcm.length - SAMPLES));
  const half = POINTS / 2;
  const samples = new Float64Array(SAMPLES + POINTS);
  const silence = SAMPLES - last.length;
  const sound = samples.subarray(half, half + SAMPLES);
  for (const [at, sample] of last.entries()) sound[silence + at] = sample / 32_768;
  const mean = sound.reduce((sum, sample) => sum + sample, 0) / SAMPLES;
  const variance = sound.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / SAMPLES;
  const scale = 1 / Math.sqrt(variance + 1e-7);
  for (let at = 0; at < SAMPLES; at++) sound[at] = (sound[at]! - mean) * scale;
  for (let at = 1; at <= half; at++) {
    samples[half - at] = sound[at]!;
    samples[half + SAMPLES - 1 + at] = sound[SAMPLES - 1 - at]!;
  }
  return { samples, silence: half + silence };
}

/** How much each frequency counts in a band; those before `first` and after the weights do not. */
interface Filter {
  readonly first: number;
  readonly weights: Float64Array;
}

const FILTERS: readonly Filter[] = filters();

/** Triangles that overlap, of equal area, evenly spread over Slaney's scale from 0 to 8 kHz. */
function filters(): readonly Filter[] {
  const top = melOf(SAMPLE_RATE / 2);
  const edges = Array.from({ length: BANDS + 2 }, (_, at) => hertzOf((top * at) / (BANDS + 1)));
  return Array.from({ length: BANDS }, (_, band) => {
    const [low, middle, high] = edges.slice(band, band + 3) as [number, number, number];
    const all = Float64Array.from({ length: BINS }, (_, bin) => {
      const hertz = (bin * SAMPLE_RATE) / POINTS;
      const height = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      return Math.max(0, height) * (2 / (high - low));
    });
    const first = Math.max(
      0,
      all.findIndex((weight) => weight > 0),
    );
    return { first, weights: all.slice(first, all.findLastIndex((weight) => weight > 0) + 1) };
  });
}

/** Slaney's scale: straight up to 1 kHz, then by powers. */
function melOf(hertz: number): number {
  return hertz < 1_000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1_000)) / Math.log(6.4);
}

function hertzOf(mel: number): number {
  return mel < 15 ? (200 * mel) / 3 : 1_000 * Math.exp((Math.log(6.4) * (mel - 15)) / 27);
}
