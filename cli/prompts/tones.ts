/** One tone of a signal; 0 Hz is a pause. */
export interface Note {
  readonly hertz: number;
  readonly ms: number;
  /** How often a second it swells and fades; without, it only fades. */
  readonly flutterHertz?: number;
}

const ATTACK_MS = 8;
const RELEASE_MS = 30;
/** Of the fundamental: enough for a small loudspeaker that has no bass. */
const OVERTONES = [1, 0.35, 0.18];

/** The notes one after the other, from -1 to 1. */
export function synthesizeTones(notes: readonly Note[], sampleRate: number): Float64Array {
  const parts = notes.map((note) => synthesizeNote(note, sampleRate));
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function synthesizeNote({ hertz, ms, flutterHertz }: Note, sampleRate: number): Float64Array {
  const length = Math.round((sampleRate * ms) / 1000);
  const full = OVERTONES.reduce((sum, share) => sum + share, 0);
  return Float64Array.from({ length }, (_, at) => {
    const seconds = at / sampleRate;
    const wave = OVERTONES.reduce(
      (sum, share, n) => sum + share * Math.sin(2 * Math.PI * hertz * (n + 1) * seconds),
      0,
    );
    const swell = flutterHertz === undefined ? 1 : 0.55 - 0.45 * Math.cos(2 * Math.PI * flutterHertz * seconds);
    return (wave / full) * swell * envelope((at / sampleRate) * 1000, ms);
  });
}

/** Rises at once, falls towards the end, and ends without a click. */
function envelope(at: number, ms: number): number {
  const attack = Math.min(1, at / ATTACK_MS);
  const release = Math.min(1, (ms - at) / RELEASE_MS);
  return attack * release * Math.exp((-1.2 * at) / ms);
}
