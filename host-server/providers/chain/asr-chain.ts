import type { Asr, AsrContext, Transcript } from "../asr.ts";
import { Chain, type ChainOptions } from "./chain.ts";

/** Several recognisers as one: each is given the whole utterance, and the first one that gives final words is heard. */
export class AsrChain implements Asr {
  readonly #chain: Chain<Asr>;

  constructor(options: ChainOptions<Asr>) {
    this.#chain = new Chain(options);
  }

  warmUp(): Promise<void> {
    return this.#chain.warmUp();
  }

  transcribe(frames: AsyncIterable<Int16Array>, context: AsrContext, signal: AbortSignal): AsyncIterable<Transcript> {
    const kept = new KeptFrames(frames);
    const attempt = {
      open: (asr: Asr, own: AbortSignal) => asr.transcribe(kept.read(), context, own),
      isAnswer: ({ final }: Transcript) => final,
      from: kept.ended,
    };
    return this.#chain.ask(attempt, signal);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }
}

/** The frames of an utterance, which can be read again from the first one. */
class KeptFrames {
  readonly #frames: Int16Array[] = [];
  readonly #source: AsyncIterable<Int16Array>;
  readonly #ended = Promise.withResolvers<void>();
  #isReading = false;
  #isOver = false;
  #error: { readonly error: unknown } | undefined;
  #next = Promise.withResolvers<void>();

  constructor(source: AsyncIterable<Int16Array>) {
    this.#source = source;
  }

  /** Resolves when all frames are there. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async *read(): AsyncGenerator<Int16Array, void, undefined> {
    if (!this.#isReading) void this.#pump();
    this.#isReading = true;
    for (let at = 0; ; at++) {
      while (at >= this.#frames.length && !this.#isOver) await this.#next.promise;
      const frame = this.#frames[at];
      if (frame) yield frame;
      else if (this.#error) throw this.#error.error;
      else return;
    }
  }

  async #pump(): Promise<void> {
    try {
      for await (const frame of this.#source) {
        this.#frames.push(frame);
        this.#wake();
      }
    } catch (error) {
      this.#error = { error };
    }
    this.#isOver = true;
    this.#wake();
    this.#ended.resolve();
  }

  #wake(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
