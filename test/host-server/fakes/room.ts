import { Random } from "../../../simulator/random.ts";

/** How sound comes from a loudspeaker to a microphone, at 16 kHz. */
export interface RoomOptions {
  /** Samples until the first of it is heard. */
  readonly delaySamples?: number;
  /** Loudness of the direct sound. */
  readonly gain?: number;
  /** Loudness of the reverberation, and its length in samples. */
  readonly diffuse?: number;
  readonly ringSamples?: number;
  /** Peak of the microphone's own noise, in steps of 16 bits. */
  readonly noise?: number;
}

/** What a microphone hears of what a loudspeaker plays. */
export function throughRoom(played: Float64Array, options: RoomOptions = {}): Float64Array {
  const { delaySamples = 1_000, gain = 0.5, diffuse = 0.1, ringSamples = 3_000, noise = 20 } = options;
  const random = new Random(7, "room");
  const room = Float64Array.from({ length: ringSamples }, (_, at) => {
    if (at === 0) return gain;
    return at < 20 ? 0 : gain * diffuse * random.between(-0.5, 0.5) * Math.exp((-6.9 * at) / ringSamples);
  });
  const heard = Float64Array.from({ length: played.length }, () => random.between(-noise, noise));
  for (const [at, sample] of played.entries()) {
    if (sample === 0) continue;
    const from = at + delaySamples;
    const end = Math.min(ringSamples, played.length - from);
    for (let k = 0; k < end; k++) heard[from + k] = (heard[from + k] as number) + sample * (room[k] as number);
  }
  return heard;
}

/** Noise that comes and goes like syllables, in which every frequency of speech has its part. */
export function babble(samples: number, seed: number): Float64Array {
  const random = new Random(seed, "babble");
  let low = 0;
  let loudness = 0;
  return Float64Array.from({ length: samples }, (_, at) => {
    if (at % 1_600 === 0) loudness = random.between(0, 1) < 0.25 ? 0 : random.between(2_000, 9_000);
    low = 0.7 * low + random.between(-0.5, 0.5);
    return low * loudness;
  });
}
