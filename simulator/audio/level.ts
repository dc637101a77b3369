/** Samples below this are not heard: the noise of a codec that was given silence. */
const AUDIBLE_LEVEL = 200;

function isAudible(sample: number): boolean {
  return sample >= AUDIBLE_LEVEL || sample <= -AUDIBLE_LEVEL;
}

/** Index of the first sample that is heard, -1 when there is none. */
export function firstAudible(samples: Int16Array): number {
  for (let i = 0; i < samples.length; i++) if (isAudible(samples[i]!)) return i;
  return -1;
}

/** Index of the last sample that is heard, -1 when there is none. */
export function lastAudible(samples: Int16Array): number {
  for (let i = samples.length - 1; i >= 0; i--) if (isAudible(samples[i]!)) return i;
  return -1;
}
