import { joinSamples } from "../../audio/join.ts";
import type { SpeechGrammar } from "../../intent/jsgf.ts";
import { numbersAt } from "../../intent/numbers.ts";
import type { Lane } from "../../workers/worker-pool.ts";
import type { Recognised } from "./recogniser.ts";
import type { RecogniserJob } from "./soundswallower-worker.ts";

/** Silence, 120 ms, after which what was said so far is decoded to its end, in case that nothing follows. */
const settlingSamples = 1_920;
/**
 * Seconds that a word lasts at most when the decoder makes it up for the end: mostly 0.1, in noise up to 0.3. A word that
 * was said is nearly always known before the end.
 */
const longestInvention = 0.35;

/** What is recognised before anything was. */
export const nothing: Recognised = { text: "", isUnclear: false };

/** One utterance in a decoder, whose last word is only certain once it is told that there is no more. */
export class Decoding {
  readonly #lane: Lane<RecogniserJob, Recognised>;
  readonly #grammar: SpeechGrammar;
  /** All that the decoder has heard. */
  readonly #heard: Int16Array[] = [];
  #isOpen = false;
  #partial = nothing;
  /** What is recognised if nothing follows `#heard`. */
  #whole = nothing;
  #silentSamples = 0;

  constructor(lane: Lane<RecogniserJob, Recognised>, grammar: SpeechGrammar) {
    this.#lane = lane;
    this.#grammar = grammar;
  }

  /** Takes the pieces that the next `samples` of sound let through; gives what is recognised so far. */
  async feed(pieces: readonly Int16Array[], samples: number): Promise<Recognised> {
    this.#silentSamples = pieces.length > 0 ? 0 : this.#silentSamples + samples;
    if (pieces.length === 0) return this.#silentSamples < settlingSamples ? this.#partial : await this.#settle();
    this.#heard.push(...pieces);
    // A decoder that has ended begins anew, with all that was said before the pause.
    const pcm = joinSamples(this.#isOpen ? pieces : this.#heard);
    if (!this.#isOpen) await this.#lane.request({ kind: "begin", grammar: this.#grammar });
    this.#isOpen = true;
    this.#partial = await this.#lane.request({ kind: "feed", pcm }, [pcm.buffer]);
    return this.#partial;
  }

  /** What is recognised, for this is all. */
  async end(): Promise<Recognised> {
    await this.#decodeWhole();
    const invented = this.#inventedWord();
    // A number that nobody said would be taken for what is wanted; "up" after "turn the volume" is what is left to say.
    return invented !== undefined && numbersAt([invented], 0).length > 0 ? this.#partial : this.#whole;
  }

  /** The beginning of a sentence is none of the grammar's, and still what is known while more may come. */
  async #settle(): Promise<Recognised> {
    await this.#decodeWhole();
    return this.#whole.text === "" || this.#inventedWord() !== undefined ? this.#partial : this.#whole;
  }

  async #decodeWhole(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#whole = await this.#lane.request({ kind: "end" });
  }

  /**
   * The last word where the decoder may have made it up, since an end is made to be a whole sentence: after "set the
   * volume to" and silence a number is found that nobody said. A short word that was said looks the same.
   */
  #inventedWord(): string | undefined {
    const { text, lastWordSeconds = 0 } = this.#whole;
    const isInvented = text.startsWith(`${this.#partial.text} `) && lastWordSeconds < longestInvention;
    return isInvented ? text.slice(text.lastIndexOf(" ") + 1) : undefined;
  }
}
