import { StageError } from "../../errors.ts";
import { within } from "../../time-limit.ts";
import type { Vad, VadStream } from "../vad.ts";
import { Chain, type ChainOptions, type Member } from "./chain.ts";

/** Several voice detectors as one: a frame that one cannot examine is given to the next, which goes on from there. */
export class VadChain implements Vad {
  readonly #chain: Chain<Vad>;

  constructor(options: ChainOptions<Vad>) {
    this.#chain = new Chain(options);
  }

  warmUp(): Promise<void> {
    return this.#chain.warmUp();
  }

  open(): VadStream {
    return new ChainStream(this.#chain);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }
}

class ChainStream implements VadStream {
  readonly #chain: Chain<Vad>;
  readonly #order: readonly Member<Vad>[];
  /** Place in the order of the detector in use. */
  #at = 0;
  #stream: VadStream | undefined;
  #hasAnswered = false;

  constructor(chain: Chain<Vad>) {
    this.#chain = chain;
    this.#order = chain.order;
  }

  accept(pcm: Int16Array): number | Promise<number> {
    const at = this.#at;
    const { stage, health } = this.#order[at] as Member<Vad>;
    try {
      if (!this.#stream) health.begin();
      this.#stream ??= stage.open();
      const answer = this.#stream.accept(pcm);
      return typeof answer === "number" ? this.#checked(answer, at) : this.#inTime(answer, pcm.slice(), at);
    } catch (error) {
      return this.#fallBack(error, pcm, at);
    }
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  async #inTime(answer: Promise<number>, pcm: Int16Array, at: number): Promise<number> {
    const { clock, patienceMs: ms } = this.#chain;
    const error = () => new StageError("vad-timeout", `no answer for ${ms} ms`);
    try {
      return this.#checked(await within(answer, { clock, ms, error }), at);
    } catch (error) {
      return this.#fallBack(error, pcm, at);
    }
  }

  #checked(probability: number, at: number): number {
    if (!(probability >= 0 && probability <= 1)) {
      throw new StageError("vad-garbled", `${probability} is no probability`);
    }
    if (at === this.#at && !this.#hasAnswered) this.#order[at]?.health.succeeded();
    this.#hasAnswered = true;
    return probability;
  }

  /** @throws the error when no other detector is left */
  #fallBack(error: unknown, pcm: Int16Array, at: number): number | Promise<number> {
    // Of several frames under way the first one tells.
    if (at === this.#at) this.#order[at]?.health.failed(error);
    if (at >= this.#order.length - 1) throw error;
    if (at === this.#at) {
      this.close();
      this.#hasAnswered = false;
      this.#at++;
    }
    return this.accept(pcm);
  }
}
