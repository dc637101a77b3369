import { joinSamples } from "../../audio/join.ts";
import type { Outlook } from "../../intent/outlook.ts";
import type { TurnEnd } from "../../providers/turn-end.ts";

/** Silence, ms, after which it is asked whether somebody has finished. */
const ASK_AFTER_MS = 180;
/** Probability from which they have. */
const FINISHED = 0.5;
/** Sound that is heard along: what the model sees. */
const KEPT_SAMPLES = 8 * 16_000;

/** Watches one utterance at a time for its end by how it sounds, where the words do not tell. */
export class TurnWatch {
  readonly #turnEnd: TurnEnd;
  readonly #onError: (error: unknown) => void;
  #pieces: Int16Array[] = [];
  #samples = 0;
  #answer: Outlook | undefined;
  #isAsked = false;
  /** Changes when what was asked means nothing any more. */
  #question = {};

  constructor(turnEnd: TurnEnd, onError: (error: unknown) => void) {
    this.#turnEnd = turnEnd;
    this.#onError = onError;
  }

  /** An utterance begins with these frames. */
  begin(frames: readonly Int16Array[]): void {
    this.#pieces = [];
    this.#samples = 0;
    this.#forget();
    for (const pcm of frames) this.add(pcm);
  }

  /** Takes the next frame of the utterance. */
  add(pcm: Int16Array): void {
    this.#pieces.push(pcm);
    this.#samples += pcm.length;
    while (this.#samples - (this.#pieces[0]?.length ?? 0) >= KEPT_SAMPLES) {
      this.#samples -= this.#pieces.shift()?.length ?? 0;
    }
  }

  /**
   * What may follow, after so much silence: as the words tell, or else as it sounds. Asks when it is time; the answer is there
   * one of the next times, and counts until the voice goes on.
   */
  outlookOf(words: Outlook, silenceMs: number): Outlook {
    if (silenceMs === 0) this.#forget();
    if (words !== "unknown") return words;
    if (silenceMs >= ASK_AFTER_MS && !this.#isAsked) this.#ask();
    return this.#answer ?? words;
  }

  #ask(): void {
    this.#isAsked = true;
    const question = this.#question;
    this.#turnEnd.probability(joinSamples(this.#pieces)).then((probability) => {
      if (question === this.#question) this.#answer = probability >= FINISHED ? "complete" : "unfinished";
    }, this.#onError);
  }

  #forget(): void {
    if (!this.#isAsked) return;
    this.#isAsked = false;
    this.#answer = undefined;
    this.#question = {};
  }
}
