import type { Speech, Tts } from "../tts.ts";
import { Chain, type ChainOptions } from "./chain.ts";

/** Several voices as one: the next one speaks a sentence of which the one before could not make a sound. */
export class TtsChain implements Tts {
  readonly #chain: Chain<Tts>;

  constructor(options: ChainOptions<Tts>) {
    this.#chain = new Chain(options);
  }

  warmUp(): Promise<void> {
    return this.#chain.warmUp();
  }

  speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    const attempt = {
      open: (tts: Tts, own: AbortSignal) => tts.speak(text, own),
      isAnswer: ({ pcm }: Speech) => pcm.length > 0,
    };
    return this.#chain.ask(attempt, signal);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }
}
