import type { Asr, Transcript } from "../../../host-server/providers/asr.ts";
import type { SpokenPhrase } from "./spoken-phrases.ts";

/** 20 ms of sound at 16 kHz. */
const STEP_SAMPLES = 320;
/** Loudness below this, of 32767, is silence. */
const SILENCE = 120;
/** Steps by which the beginning may be missed. */
const MOST_SHIFT = 6;
/** What is less alike than this is not made out. */
const LEAST_ALIKE = 0.6;

/** Loudness over time, as logarithms, without the silence at both ends. */
function outline(pcm: Int16Array): Float32Array {
  const steps = new Float32Array(Math.floor(pcm.length / STEP_SAMPLES));
  for (let step = 0; step < steps.length; step++) {
    let sum = 0;
    for (let at = step * STEP_SAMPLES; at < (step + 1) * STEP_SAMPLES; at++) sum += (pcm[at] as number) ** 2;
    steps[step] = Math.log2(1 + Math.max(0, Math.sqrt(sum / STEP_SAMPLES) - SILENCE));
  }
  const first = steps.findIndex((loudness) => loudness > 0);
  return first < 0 ? new Float32Array(0) : steps.subarray(first, steps.findLastIndex((loudness) => loudness > 0) + 1);
}

/** How alike two outlines are, from -1 to 1, with the second shifted by so many steps. */
function likeness(one: Float32Array, other: Float32Array, shift: number): number {
  const length = Math.max(one.length, other.length + shift);
  let [sum1, sum2, square1, square2, product] = [0, 0, 0, 0, 0];
  for (let at = 0; at < length; at++) {
    const [a, b] = [one[at] ?? 0, other[at - shift] ?? 0];
    sum1 += a;
    sum2 += b;
    square1 += a * a;
    square2 += b * b;
    product += a * b;
  }
  const spread = Math.sqrt((square1 - sum1 ** 2 / length) * (square2 - sum2 ** 2 / length));
  return spread > 0 ? (product - (sum1 * sum2) / length) / spread : 0;
}

/**
 * A recogniser that costs next to nothing: it knows the fleet's phrases alone, and tells them apart by how loud they are over
 * time. It really listens: what did not arrive is not understood.
 */
export class LoudnessEar implements Asr {
  readonly #known: readonly { readonly words: string; readonly outline: Float32Array }[];

  constructor(phrases: readonly SpokenPhrase[]) {
    this.#known = phrases.map(({ words, pcm }) => ({ words, outline: outline(pcm) }));
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    _context: unknown,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    const heard: Int16Array[] = [];
    for await (const frame of frames) heard.push(Int16Array.from(frame));
    if (signal.aborted) return;
    const text = this.recognise(joined(heard));
    yield { text: text ?? "", final: true, ...(text === undefined && { isUnclear: true }) };
  }

  /** The phrase that this sounds like; undefined when it is none. */
  recognise(pcm: Int16Array): string | undefined {
    const heard = outline(pcm);
    let best = { words: undefined as string | undefined, alike: LEAST_ALIKE };
    for (const { words, outline: known } of this.#known) {
      for (let shift = -MOST_SHIFT; shift <= MOST_SHIFT; shift++) {
        const alike = likeness(heard, known, shift);
        if (alike > best.alike) best = { words, alike };
      }
    }
    return best.words;
  }

  async close(): Promise<void> {}
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
