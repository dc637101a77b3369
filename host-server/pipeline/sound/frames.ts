import { createResampler, type Resampler } from "../../audio/resampler.ts";
import { FRAME_MS } from "../frame.ts";
import { SPEECH_SAMPLE_RATE } from "../mouth.ts";

const FRAME_SAMPLES = (SPEECH_SAMPLE_RATE / 1000) * FRAME_MS;

/** Frames that share one piece of memory: collecting many small ones costs more than encoding what is in them. */
const FRAMES_TOGETHER = 8;

/** Cuts speech of any rate into frames of 60 ms at 24 kHz. */
export class Frames {
  #resampler: Resampler | undefined;
  #sampleRate = 0;
  #memory = new Int16Array(0);
  #frame = this.#nextFrame();
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
      this.#frame.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === FRAME_SAMPLES) yield this.#take();
    }
  }

  /** The last frame of a sentence is filled up with silence. */
  *end(): Generator<Int16Array, void, undefined> {
    if (this.#filled > 0) yield this.#take();
  }

  close(): void {
    this.#resampler?.close();
  }

  #take(): Int16Array {
    const frame = this.#frame;
    this.#frame = this.#nextFrame();
    this.#filled = 0;
    return frame;
  }

  #nextFrame(): Int16Array {
    if (this.#memory.length === 0) this.#memory = new Int16Array(FRAMES_TOGETHER * FRAME_SAMPLES);
    const frame = this.#memory.subarray(0, FRAME_SAMPLES);
    this.#memory = this.#memory.subarray(FRAME_SAMPLES);
    return frame;
  }
}
