/** Seconds of the pieces whose pitch is measured, and from one to the next. */
const PIECE = 0.04;
const STEP = 0.02;
/** Root mean square, in sample units, below which a piece has no pitch. */
const LEAST_LEVEL = 400;
/** Hz between which a voice speaks. */
const [LOWEST, HIGHEST] = [80, 200];
/** How much a piece must be like itself a period later. */
const LEAST_LIKENESS = 0.6;
/** Two periods are as alike as one: a longer one must be more so. */
const GAIN = 0.02;

function likeness(piece: Int16Array, lag: number): number {
  let [product, power, later] = [0, 1, 1];
  for (let at = 0; at + lag < piece.length; at++) {
    const [a, b] = [piece[at] as number, piece[at + lag] as number];
    product += a * b;
    power += a * a;
    later += b * b;
  }
  return product / Math.sqrt(power * later);
}

function pitchOfPiece(piece: Int16Array, sampleRate: number): number | undefined {
  const level = Math.sqrt(piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length);
  if (level < LEAST_LEVEL) return undefined;
  let best = { lag: 0, likeness: 0 };
  for (let lag = Math.floor(sampleRate / HIGHEST); lag <= sampleRate / LOWEST; lag++) {
    const found = likeness(piece, lag);
    if (found > best.likeness + GAIN) best = { lag, likeness: found };
  }
  return best.likeness > LEAST_LIKENESS ? sampleRate / best.lag : undefined;
}

/** A voice does not jump so far from what it mostly is: what does is the noise of a consonant. */
const MOST_JUMP = 1.4;

/** The pitch of a voice, Hz, every 20 ms in which it has one. */
export function pitchOf(sound: Int16Array, sampleRate: number): number[] {
  const [piece, step] = [PIECE * sampleRate, STEP * sampleRate];
  const pitch: number[] = [];
  for (let at = 0; at + piece <= sound.length; at += step) {
    const found = pitchOfPiece(sound.subarray(at, at + piece), sampleRate);
    if (found !== undefined) pitch.push(found);
  }
  const middle = [...pitch].sort((a, b) => a - b)[pitch.length >> 1] ?? 0;
  return pitch.filter((hertz) => hertz < middle * MOST_JUMP && hertz * MOST_JUMP > middle);
}
