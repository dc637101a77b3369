import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Tts } from "../../protocol/to-device.ts";

/** Audio follows the text of its sentence at once. */
const AFTER_SENTENCE_MS = 5000;

/** Audio and text come by different ways: the first audio may overtake the text. */
const OVERTAKES_MS = 2000;

/** Servers announce an answer before they have thought about it. */
const AFTER_START_MS = 20_000;

/** Notices that a server speaks and nothing of it arrives, as when packets come through in one direction only. */
export class SoundWatch {
  readonly #clock: Clock;
  readonly #onMissing: () => void;
  #cancel: Cancel | undefined;
  #startedAt = 0;
  #lastArrival = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, onMissing: () => void) {
    this.#clock = clock;
    this.#onMissing = onMissing;
  }

  /** What the server said about its speech. */
  told({ state }: Tts): void {
    if (state === "stop") this.stop();
    if (state === "start") {
      this.#startedAt = this.#clock.now();
      this.#expect(AFTER_START_MS);
    } else if (state === "sentence_start" && !this.#isHeard) this.#expect(AFTER_SENTENCE_MS);
  }

  /** Sound has come. */
  arrived(): void {
    this.#lastArrival = this.#clock.now();
  }

  get #isHeard(): boolean {
    return this.#lastArrival >= this.#startedAt - OVERTAKES_MS;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #expect(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.schedule(ms, () => {
      if (!this.#isHeard) this.#onMissing();
    });
  }
}
