import { fileURLToPath } from "node:url";
import createModule, { type Decoder } from "soundswallower";
import { garbagePrefix, type SpeechGrammar } from "../../intent/jsgf.ts";
import { englishPhones } from "./phones.ts";
import { pronounce } from "./pronunciation.ts";

/** What was recognised; an empty text when it is no sentence of the grammar. */
export interface Recognised {
  text: string;
  /** It is no sentence of the grammar, but too long for a cough. */
  isUnclear: boolean;
  /** Length of the last word, seconds; only at the end of an utterance. */
  lastWordSeconds?: number;
}

/** Phones outside the grammar from which on it is speech: about half a second of it. */
const speechPhones = 7;

/**
 * The end of "eighty" sounds like the beginning of "eight", so the decoder may hear "eighty eight"; and that of "to" does,
 * where somebody thinks of a number.
 */
const phantomUnit =
  /(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|to|by|at) (one|two|three|four|five|six|seven|eight|nine|ten)$/;
/** Seconds that these last at the end of a sentence: 0.3 to 0.6 where they were said, 0.2 where they were not. */
const shortestUnit = 0.24;

/** Weight of each filler after each word: with the package's own, 1e-8, an "um" costs more than a wrong word. */
const fillerWeight = 0.1;

/** Sample rate that the recogniser takes, in Hz. */
const sampleRate = 16_000;

/**
 * A decoder with the English model, whose dictionary also has each phone as a word of its own. For worker threads only, see
 * {@link Recogniser}.
 *
 * @param settings of the decoder that differ from the package's own
 */
export async function loadDecoder(settings: { fdict?: string; fillprob?: number } = {}): Promise<Decoder> {
  // Without a model path the package looks below the working directory.
  const modelBase = fileURLToPath(new URL("./model/", import.meta.resolve("soundswallower")));
  const module = await createModule({ modelBase } as object);
  const decoder = new module.Decoder({ loglevel: "FATAL", samprate: sampleRate, ...settings });
  await decoder.initialize();
  decoder.add_words(...englishPhones.map((phone): [string, string] => [garbagePrefix + phone, phone]));
  return decoder;
}

/**
 * One decoder with the English model, about 30 MB. For worker threads only: the package installs a listener for uncaught
 * exceptions that rethrows them, and a decoder that is freed leaks, so a worker keeps its one for good.
 */
export class Recogniser {
  readonly #decoder: Decoder;
  readonly #known = new Set<string>();
  #jsgf = "";

  private constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /** Loads the model: about 200 ms of processor time. */
  static async load(): Promise<Recogniser> {
    const fdict = fileURLToPath(new URL("./fillers.txt", import.meta.url));
    const decoder = await loadDecoder({ fdict, fillprob: fillerWeight });
    return new Recogniser(decoder);
  }

  /** Begins an utterance; changes the grammar when it is another one than before. */
  begin(grammar: SpeechGrammar): void {
    if (grammar.jsgf !== this.#jsgf) {
      this.#addMissing(grammar.words);
      this.#decoder.set_grammar(grammar.jsgf);
      this.#jsgf = grammar.jsgf;
    }
    this.#decoder.start();
  }

  /** Decodes a piece of the utterance; gives the text so far. */
  feed(pcm: Int16Array): Recognised {
    this.#decoder.process_audio(
      Float32Array.from(pcm, (sample) => sample / 32_768),
      false,
      false,
    );
    return this.#recognised();
  }

  /** Ends the utterance; gives its text. */
  end(): Recognised {
    this.#decoder.stop();
    const { text, isUnclear } = this.#recognised();
    const words = text === "" ? [] : (this.#decoder.get_alignment({}).w ?? []);
    const lastWordSeconds = words.findLast(({ t }) => /^[a-z]/.test(t))?.d ?? 0;
    const isPhantom = phantomUnit.test(text) && lastWordSeconds < shortestUnit;
    return { text: isPhantom ? text.replace(/ \w+$/, "") : text, isUnclear, lastWordSeconds };
  }

  #recognised(): Recognised {
    const text = (this.#decoder.get_text() ?? "").replaceAll(/\(\d+\)/g, "");
    if (!text.includes(garbagePrefix)) return { text: text.trim(), isUnclear: false };
    return { text: "", isUnclear: text.split(garbagePrefix).length > speechPhones };
  }

  /** A grammar with a word that the dictionary lacks would be refused as a whole. */
  #addMissing(words: readonly string[]): void {
    const lookup = (word: string) => this.#decoder.lookup_word(word);
    for (const word of words) {
      if (this.#known.has(word)) continue;
      this.#known.add(word);
      if (lookup(word)) continue;
      const phones = pronounce(word, lookup);
      if (phones) this.#decoder.add_words([word, phones]);
    }
  }
}
