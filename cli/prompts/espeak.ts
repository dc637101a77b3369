import type { Speech } from "../../host-server/providers/tts.ts";

/** As much of `@echogarden/espeak-ng-emscripten` as is used here. */
export interface EspeakLibrary {
  readonly eSpeakNGWorker: new () => EspeakWorker;
}

interface EspeakWorker {
  readonly samplerate: number;
  /** Gives 0 when there is such a voice. */
  set_voice(name: string): number;
  /** Words a minute. */
  set_rate(rate: number): void;
  /** 0 to 99. */
  set_pitch(pitch: number): void;
  /** Calls `onSound` with the samples as they are made; true ends it. */
  synthesize(text: string, onSound: (samples: Int16Array | undefined) => boolean): void;
}

const MANDARIN = "cmn";
const RATE = 150;
const PITCH = 55;

/** eSpeak NG's Mandarin voice. */
export class MandarinVoice {
  readonly #worker: EspeakWorker;

  /** @throws Error when the library has no such voice */
  constructor(library: EspeakLibrary) {
    this.#worker = new library.eSpeakNGWorker();
    const status = this.#worker.set_voice(MANDARIN);
    if (status !== 0) throw new Error(`make-prompts: eSpeak NG has no voice "${MANDARIN}" (status ${status})`);
    this.#worker.set_rate(RATE);
    this.#worker.set_pitch(PITCH);
  }

  speak(text: string): Speech {
    const samples: number[] = [];
    this.#worker.synthesize(text, (piece) => {
      if (piece) samples.push(...piece);
      return false;
    });
    return { pcm: Int16Array.from(samples), sampleRate: this.#worker.samplerate };
  }
}
