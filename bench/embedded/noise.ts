import type { Random } from "../../simulator/random.ts";
import { SAMPLE_RATE } from "./voices.ts";

/** Sounds that are no speech, by name; samples from -1 to 1. */
export const SOUNDS: { readonly [name: string]: (random: Random) => Float32Array } = {
  cough: (random) => burst(600, (ms) => envelope(ms, 10, 160) + 0.8 * envelope(ms - 260, 10, 180), pink(random)),
  knock: (random) =>
    burst(700, (ms) => [0, 180, 360].reduce((sum, at) => sum + envelope(ms - at, 2, 40), 0), low(random)),
  hum: () => burst(2_000, () => 0.5, tones([100, 200, 300])),
  hiss: (random) =>
    burst(
      2_000,
      (ms) => Math.min(1, ms / 200) * 0.5,
      () => random.between(-1, 1),
    ),
  clicks: (random) =>
    burst(
      1_500,
      (ms) => envelope(ms % 290, 1, 6),
      () => random.between(-1, 1),
    ),
  whistle: () =>
    burst(
      1_200,
      (ms) => 0.6 * envelope(ms, 40, 1_100),
      (at) => Math.sin((2 * Math.PI * (900 + at / 60) * at) / SAMPLE_RATE),
    ),
};

/** Noise with the falling spectrum of most rooms, without end; its mean square is about one. */
export function pink(random: Random): () => number {
  // Three poles of white noise approximate a fall of 3 dB an octave (Paul Kellet's economy filter).
  let [b0, b1, b2] = [0, 0, 0];
  return () => {
    const white = random.between(-1, 1);
    b0 = 0.99765 * b0 + white * 0.099046;
    b1 = 0.963 * b1 + white * 0.2965164;
    b2 = 0.57 * b2 + white * 1.0526913;
    return (b0 + b1 + b2 + white * 0.1848) * 0.9;
  };
}

function low(random: Random): (at: number) => number {
  const source = pink(random);
  return (at) => 0.6 * source() + Math.sin((2 * Math.PI * 160 * at) / SAMPLE_RATE);
}

function tones(frequencies: readonly number[]): (at: number) => number {
  return (at) => frequencies.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE) / 3, 0);
}

/** Rises for `attackMs` and falls to nothing in about `decayMs`. */
function envelope(ms: number, attackMs: number, decayMs: number): number {
  if (ms < 0) return 0;
  return ms < attackMs ? ms / attackMs : Math.exp((-3 * (ms - attackMs)) / decayMs);
}

function burst(ms: number, level: (ms: number) => number, source: (at: number) => number): Float32Array {
  const samples = (ms * SAMPLE_RATE) / 1_000;
  const raw = Float32Array.from({ length: samples }, (_, at) => level((at * 1_000) / SAMPLE_RATE) * source(at));
  const peak = raw.reduce((highest, value) => Math.max(highest, Math.abs(value)), 1e-6);
  return raw.map((value) => value / peak);
}
