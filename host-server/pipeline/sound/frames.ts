import { createResampler, type Resampler } from "../../audio/resampler.ts";
import { FRAME_MS } from "../frame.ts";
import { SPEECH_SAMPLE_RATE } from "../mouth.ts";

const FRAME_SAMPLES = (SPEECH_SAMPLE_RATE / 1000) * FRAME_MS;

/**
 * Cuts speech of any rate into frames of 60 ms at 24 kHz. Frames are views of the speech where it lies in one piece: a
 * second copy of what hundreds of voices say is collected soon after, and everybody waits for that.
 */
export class Frames {
  #resampler: Resampler | undefined;
  #sampleRate = 0;
  /** A frame that began in one piece of speech and ends in another. */
  #frame = new Int16Array(0);
  #filled = 0;

  *accept(pcm: Int16Array, sampleRate: number): Generator<Int16Array, void, undefined> {
    if (sampleRate !== this.#sampleRate) {
      this.#resampler?.close();
      this.#resampler = createResampler(sampleRate, SPEECH_SAMPLE_RATE);
      this.#sampleRate = sampleRate;
    }
    const samples = (this.#resampler as Resampler).process(pcm);
    for (let at = 0; at < samples.length; ) {
      const piece = samples.subarray(at, at + FRAME_SAMPLES - this.#filled);
      at += piece.length;
      if (piece.length === FRAME_SAMPLES) yield piece;
      else if (this.#fill(piece)) yield this.#take();
    }
  }

  /** The last frame of a sentence is filled up with silence. */
  *end(): Generator<Int16Array, void, undefined> {
    if (this.#filled > 0) yield this.#take();
  }

  close(): void {
    this.#resampler?.close();
  }

  /** Whether that completes the frame. */
  #fill(piece: Int16Array): boolean {
    if (this.#filled === 0) this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#frame.set(piece, this.#filled);
    this.#filled += piece.length;
    return this.#filled === FRAME_SAMPLES;
  }

  #take(): Int16Array {
    this.#filled = 0;
    return this.#frame;
  }
}
