import type { Clock } from "../../../protocol/clock.ts";
import { StageError } from "../../errors.ts";
import type { Vad, VadStream } from "../../providers/vad.ts";
import { within } from "../../time-limit.ts";

/** So many frames in a row that could not be examined, and whoever speaks is not heard. */
const DEAF_AFTER = 5;

/** How likely a frame holds voice, 0 to 1; undefined when that cannot be told. */
export type Answer = number | undefined;

/** What a probe needs, and whom it tells. */
export interface VoiceProbeOptions {
  readonly vad: Vad;
  readonly clock: Clock;
  /** ms that the detector may take for a frame. */
  readonly timeoutMs: number;
  /** A frame could not be examined, after one that could. */
  readonly onError: (error: unknown) => void;
  /** No frame can be examined any more; told once until one can. */
  readonly onDeaf: () => void;
}

/** Tells voice from other sound for one device. A detector that fails is opened anew for the next frame. */
export class VoiceProbe {
  readonly #options: VoiceProbeOptions;
  #stream: VadStream | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: VoiceProbeOptions) {
    this.#options = options;
  }

  /** Examines one frame; what is known at once is no promise. */
  probability(pcm: Int16Array): Answer | Promise<Answer> {
    try {
      this.#stream ??= this.#options.vad.open();
      const answer = this.#stream.accept(pcm);
      return typeof answer === "number" ? this.#checked(answer) : this.#inTime(answer);
    } catch (error) {
      return this.#failed(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #inTime(answer: Promise<number>): Promise<Answer> {
    const { clock, timeoutMs: ms } = this.#options;
    const error = () => new StageError("vad-timeout", `the voice detector needed more than ${ms} ms for a frame`);
    try {
      return this.#checked(await within(answer, { clock, ms, error }));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #checked(probability: number): number {
    // NaN is no probability either.
    if (!(probability >= 0 && probability <= 1)) {
      throw new StageError("vad-garbled", `the voice detector gave ${probability} for a probability`);
    }
    this.#failures = 0;
    return probability;
  }

  #failed(error: unknown): undefined {
    if (!this.#isClosed) this.#fail(error);
    return undefined;
  }

  #fail(error: unknown): void {
    this.#drop();
    this.#failures++;
    if (this.#failures === 1) this.#options.onError(error);
    if (this.#failures === DEAF_AFTER) this.#options.onDeaf();
  }

  #drop(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    try {
      stream?.close();
    } catch (error) {
      if (!this.#isClosed) this.#options.onError(error);
    }
  }
}
