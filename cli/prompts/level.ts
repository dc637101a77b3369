/** Both in dB of full scale. */
const PEAK_DB = -3;
const LOUDNESS_DB = -20;

/** Below this share of the loudest sample the beginning and the end are silence. */
const SILENCE = 0.02;
/** Kept around what is heard. */
const MARGIN_MS = 25;
const FADE_MS = 10;

/** Only what is heard of it, with a short fade at both ends. */
export function trimmed(sound: Float64Array, sampleRate: number): Float64Array {
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const isHeard = (sample: number) => Math.abs(sample) > peak * SILENCE;
  const margin = (MARGIN_MS * sampleRate) / 1000;
  const from = Math.max(0, sound.findIndex(isHeard) - margin);
  const to = Math.min(sound.length, sound.findLastIndex(isHeard) + margin);
  const fade = (FADE_MS * sampleRate) / 1000;
  return sound.slice(from, to).map((sample, at, all) => {
    return sample * Math.min(1, at / fade, (all.length - 1 - at) / fade);
  });
}

/** All prompts as loud as each other, in samples of 16 bits: the same power, unless a peak would be too high then. */
export function levelled(sound: Float64Array): Int16Array {
  let peak = 0;
  let power = 0;
  for (const sample of sound) {
    peak = Math.max(peak, Math.abs(sample));
    power += sample * sample;
  }
  const loudness = Math.sqrt(power / sound.length);
  const gain = Math.min(10 ** (LOUDNESS_DB / 20) / loudness, 10 ** (PEAK_DB / 20) / peak);
  return Int16Array.from(sound, (sample) => Math.round(sample * gain * 32_767));
}
