import { createResampler } from "../../host-server/audio/resampler.ts";
import { writeWav } from "../../host-server/audio/wav.ts";
import { loadFlite, synthesizeWith } from "../../host-server/providers/tts/flite-voice.ts";

const SAMPLE_RATE = 24_000;
const TEXTS = [
  "The quick brown fox jumps over the lazy dog, and then it goes home to sleep for a very long time.",
  "Tomorrow will be sunny in the morning, with a chance of rain in the afternoon, and about twenty degrees.",
  "Once upon a time there was a small robot that wanted to know why people laugh at jokes which are not funny.",
  "Take two eggs, a cup of flour and half a cup of milk, and stir until nobody can tell which of them was which.",
];

/** Speech to cut answers from: each cut sounds like speech to an encoder, and none is like another. */
export class SpeechBank {
  readonly #pcm: Int16Array;

  private constructor(pcm: Int16Array) {
    this.#pcm = pcm;
  }

  static async open(): Promise<SpeechBank> {
    const module = await loadFlite();
    const pieces: Int16Array[] = [];
    for (const text of TEXTS) {
      const { pcm, sampleRate } = await synthesizeWith(module, text, "slt");
      pieces.push(createResampler(sampleRate, SAMPLE_RATE).process(pcm));
    }
    const all = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return new SpeechBank(all);
  }

  /** Speech of this length as bytes, 24 kHz; every `seed` has its own place, so that no two are cut into the same frames. */
  cut(seed: number, ms: number): Buffer {
    const samples = (ms * SAMPLE_RATE) / 1000;
    const from = (seed * 7_919) % (this.#pcm.length - samples);
    return Buffer.from(this.#pcm.buffer, from * 2, samples * 2);
  }

  /** The same as a file, for servers that ask for one. */
  wav(cut: Buffer): Buffer {
    const pcm = new Int16Array(cut.buffer, cut.byteOffset, cut.length / 2);
    return Buffer.from(writeWav({ pcm, sampleRate: SAMPLE_RATE, channels: 1 }));
  }
}
