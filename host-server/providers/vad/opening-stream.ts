import type { Clock } from "../../../protocol/clock.ts";
import type { VadStream } from "../vad.ts";

/**
 * A stream whose detector may still be loading. Frames are answered in order; once the detector is there and has nothing
 * else to do, what it knows at once is answered at once: of many open microphones nearly all are silent, and a promise for
 * each of their frames costs more than looking at it.
 */
export class OpeningStream implements VadStream {
  readonly #clock: Clock;
  readonly #opening: Promise<VadStream>;
  #stream: VadStream | undefined;
  #previous: Promise<number> = Promise.resolve(0);
  #pending = 0;

  constructor(opening: Promise<VadStream>, clock: Clock) {
    this.#clock = clock;
    this.#opening = opening.then((stream) => {
      this.#stream = stream;
      return stream;
    });
    // Told to whoever asks about a frame.
    this.#opening.catch(() => {});
  }

  accept(pcm: Int16Array): number | Promise<number> {
    const answer = this.#stream && this.#pending === 0 ? this.#stream.accept(pcm) : this.#inTurn(pcm.slice());
    if (typeof answer === "number") return answer;
    // The answer may end an utterance: virtual time must not pass before it.
    const release = this.#clock.hold();
    this.#pending++;
    this.#previous = answer.finally(() => {
      this.#pending--;
      release();
    });
    return this.#previous;
  }

  close(): void {
    this.#opening.then(
      (stream) => stream.close(),
      () => {},
    );
  }

  /** A failed frame is its caller's to handle; the frames after it are examined all the same. */
  async #inTurn(pcm: Int16Array): Promise<number> {
    await this.#previous.catch(() => 0);
    return (await this.#opening).accept(pcm);
  }
}
