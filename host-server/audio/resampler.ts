import createSpeex from "@echogarden/speex-resampler-wasm/simd";
import { AppError } from "../errors.ts";
import { joinSamples } from "./join.ts";

/** Converts one audio stream to another sample rate, frame by frame, without clicks at the borders. */
export interface Resampler {
  /** Gives the converted samples of this frame: mono in, mono out, `pcm.length * to / from` samples (±1). */
  process(pcm: Int16Array): Int16Array;
  /** Frees the filter state. A resampler that is merely dropped is freed some time later. */
  close(): void;
}

// Speex's scale is 0 to 10; 3 is its own choice for voice, with a delay of about 1 ms.
const quality = 3;
const chunkSamples = 4_096;

const speex = await createSpeex();
const abandoned = new FinalizationRegistry<number[]>(release);

/**
 * Opens a stream from one sample rate to another, both in Hz. Equal rates pass samples through untouched.
 *
 * @throws AppError `sample-rate` when a rate is not a positive integer
 */
export function createResampler(from: number, to: number): Resampler {
  for (const rate of [from, to]) {
    if (!Number.isInteger(rate) || rate <= 0 || rate > 384_000) {
      throw new AppError("sample-rate", `resampler: ${rate} Hz is no sample rate (from ${from} to ${to})`);
    }
  }
  return from === to ? { process: (pcm) => pcm, close: () => {} } : new SpeexResampler(from, to);
}

class SpeexResampler implements Resampler {
  readonly #state: number;
  readonly #counts: number;
  readonly #input: number;
  readonly #output: number;
  readonly #outputCapacity: number;
  #isClosed = false;

  constructor(from: number, to: number) {
    this.#outputCapacity = Math.ceil((chunkSamples * to) / from) + 64;
    this.#state = speex._speex_resampler_init(1, from, to, quality, 0);
    this.#counts = speex._malloc(8);
    this.#input = speex._malloc(chunkSamples * 2);
    this.#output = speex._malloc(this.#outputCapacity * 2);
    abandoned.register(this, [this.#state, this.#counts, this.#input, this.#output], this);
  }

  process(pcm: Int16Array): Int16Array {
    if (this.#isClosed) throw new AppError("resampler-closed", "resampler: used after close");
    const pieces: Int16Array[] = [];
    for (let offset = 0; offset < pcm.length; ) {
      offset += this.#convert(pcm.subarray(offset, offset + chunkSamples), pieces);
    }
    return pieces.length === 1 ? pieces[0]! : joinSamples(pieces);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    abandoned.unregister(this);
    release([this.#state, this.#counts, this.#input, this.#output]);
  }

  #convert(pcm: Int16Array, pieces: Int16Array[]): number {
    // The heap views are read anew each time: growing memory replaces them.
    speex.HEAP16.set(pcm, this.#input >> 1);
    speex.HEAPU32[this.#counts >> 2] = pcm.length;
    speex.HEAPU32[(this.#counts >> 2) + 1] = this.#outputCapacity;
    const counts = this.#counts;
    const code = speex._speex_resampler_process_int(this.#state, 0, this.#input, counts, this.#output, counts + 4);
    if (code !== 0) throw new AppError("resampler-failed", `resampler: speex gave code ${code}`);
    const produced = speex.HEAPU32[(counts >> 2) + 1]!;
    pieces.push(speex.HEAP16.slice(this.#output >> 1, (this.#output >> 1) + produced));
    return speex.HEAPU32[counts >> 2]!;
  }
}

function release([state, ...buffers]: number[]): void {
  speex._speex_resampler_destroy(state!);
  for (const buffer of buffers) speex._free(buffer);
}
