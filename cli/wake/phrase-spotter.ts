import type { Decoder } from "soundswallower";
import { garbagePrefix } from "../../host-server/intent/jsgf.ts";
import { englishPhones } from "../../host-server/providers/asr/phones.ts";
import { loadDecoder } from "../../host-server/providers/asr/recogniser.ts";
import { VoiceStart } from "./voice-start.ts";
import { waysToSpeak, wordsOfPhrase } from "./wake-phrase.ts";

/** Weight of the path on which the phrase was not said. Larger finds less, in what is said and in what is not. */
const OTHER_WEIGHT = 1e-12;
/** Frames before the voice that are decoded, too: soft consonants. */
const LEAD_FRAMES = 5;
/** Frames without a voice that end what somebody says. */
const PAUSE_FRAMES = 7;
/** Nobody calls a device with so many frames: the decoder begins anew. */
const MOST_FRAMES = 80;
/** Frames in which the phrase must be found one after the other, so that its end is not the beginning of another word. */
const SURE_FRAMES = 3;
/** Seconds between the first sound of a voice and the phrase: a breath, and no word. */
const BREATH_SECONDS = 0.2;
const FRAME_SECONDS = 0.06;
/** Seconds that a phone takes at least; a phrase that is squeezed into other words has shorter ones. */
const PHONE_SECONDS = 0.04;

/**
 * Finds one phrase in what a microphone hears, with the speech recogniser and a grammar of the phrase and of anything
 * else. It must stand at the beginning of what somebody says. For worker threads only, as the recogniser.
 */
export class PhraseSpotter {
  readonly #decoder: Decoder;
  readonly #words: readonly string[];
  /** Seconds that each word takes at least. */
  readonly #least: readonly number[];
  readonly #voice = new VoiceStart();
  #lead: Int16Array[] = [];
  #isOpen = false;
  #frames = 0;
  #silentFrames = 0;
  #foundFrames = 0;
  /** Seconds from the first frame that is decoded. */
  #latestStart = 0;

  private constructor(decoder: Decoder, words: readonly string[], least: readonly number[]) {
    this.#decoder = decoder;
    this.#words = words;
    this.#least = least;
  }

  /**
   * Loads the model: about 200 ms of processor time.
   * @throws WakePhraseError when the words cannot be a wake phrase
   */
  static async load(phrase: string): Promise<PhraseSpotter> {
    const words = wordsOfPhrase(phrase);
    const decoder = await loadDecoder();
    const least = words.map((word) => {
      const isKnown = !!decoder.lookup_word(word);
      const ways = waysToSpeak(word, (text) => decoder.lookup_word(text));
      // The dictionary has other ways of a word as "word(2)".
      const entries = ways.map((phones, at): [string, string] => [at === 0 ? word : `${word}(${at + 1})`, phones]);
      if (!isKnown) decoder.add_words(...entries);
      return (ways[0] as string).split(" ").length * PHONE_SECONDS;
    });
    decoder.set_grammar(grammar(words));
    return new PhraseSpotter(decoder, words, least);
  }

  /** Takes a frame of 60 ms, 16 kHz; true when the phrase has been said. */
  hear(pcm: Int16Array): boolean {
    const isVoice = this.#voice.isVoice(pcm);
    if (!this.#isOpen) {
      this.#lead.push(pcm);
      if (this.#lead.length > LEAD_FRAMES) this.#lead.shift();
      if (isVoice) this.#begin();
      return false;
    }
    this.#decode(pcm);
    this.#frames++;
    this.#silentFrames = isVoice ? 0 : this.#silentFrames + 1;
    this.#foundFrames = this.#isFound() ? this.#foundFrames + 1 : 0;
    const isOver = this.#silentFrames >= PAUSE_FRAMES || this.#frames >= MOST_FRAMES;
    if (this.#foundFrames < SURE_FRAMES && !isOver) return false;
    this.forget();
    return this.#isFound() && this.#isCall();
  }

  /** Forgets what was heard up to now. */
  forget(): void {
    if (this.#isOpen) this.#decoder.stop();
    this.#isOpen = false;
    this.#lead = [];
  }

  #begin(): void {
    this.#decoder.start();
    this.#isOpen = true;
    this.#frames = 0;
    this.#silentFrames = 0;
    this.#foundFrames = 0;
    // The last of them has the voice.
    this.#latestStart = (this.#lead.length - 1) * FRAME_SECONDS + BREATH_SECONDS;
    for (const pcm of this.#lead.splice(0)) this.#decode(pcm);
  }

  #decode(pcm: Int16Array): void {
    this.#decoder.process_audio(
      Float32Array.from(pcm, (sample) => sample / 32_768),
      false,
      false,
    );
  }

  #isFound(): boolean {
    return plain(this.#decoder.get_text() ?? "").includes(this.#words.join(" "));
  }

  /** Whether it was spoken as one calls somebody: after a pause, and not as a part of other words. */
  #isCall(): boolean {
    const heard = (this.#decoder.get_alignment({}).w ?? []).filter(({ t }) => t !== "(NULL)");
    const first = heard.findIndex(({ t }) => plain(t) === this.#words[0]);
    const start = heard[first]?.b;
    const spoken = heard.slice(first, first + this.#words.length);
    return (
      start !== undefined && start <= this.#latestStart && spoken.every(({ d }, at) => d >= (this.#least[at] as number))
    );
  }
}

/** Without the numbers of pronunciations. */
function plain(text: string): string {
  return text.replaceAll(/\(\d+\)/g, "");
}

function grammar(words: readonly string[]): string {
  const phones = englishPhones.map((phone) => garbagePrefix + phone).join(" | ");
  return `#JSGF V1.0;
grammar wake;
<other> = (${phones})*;
public <top> = <other> (/1.0/ ${words.join(" ")} <other> | /${OTHER_WEIGHT}/ <NULL>);
`;
}
