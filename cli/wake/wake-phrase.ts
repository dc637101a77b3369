import { type Lookup, pronounce } from "../../host-server/providers/asr/pronunciation.ts";

/** These words cannot be a wake phrase. */
export class WakePhraseError extends Error {
  override readonly name = "WakePhraseError";
  readonly code = "wake-phrase";
}

/** Syllables of names in this ecosystem: the English phones that come near them, and how an English voice reads them so. */
const PINYIN: { readonly [syllable: string]: { readonly ways: readonly string[]; readonly spelling: string } } = {
  ai: { ways: ["AY"], spelling: "eye" },
  hao: { ways: ["HH AW"], spelling: "how" },
  ni: { ways: ["N IY"], spelling: "nee" },
  tong: { ways: ["T AO NG"], spelling: "tong" },
  xiao: { ways: ["SH AW"], spelling: "shao" },
  zhi: { ways: ["JH ER", "JH IY"], spelling: "jer" },
};

/** Shorter phrases are found in anything. */
const LEAST_LETTERS = 6;

/**
 * The words of a phrase, in small letters.
 * @throws WakePhraseError when it is too short, or has something else than letters and blanks
 */
export function wordsOfPhrase(phrase: string): string[] {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.every((word) => /^[a-z]+$/.test(word)) && words.join("").length >= LEAST_LETTERS) return words;
  throw new WakePhraseError(
    `wake phrase: expected English words or pinyin of ${LEAST_LETTERS} letters or more, got "${phrase}"`,
  );
}

/**
 * How a word may be spoken, as phones: syllables of pinyin as these, other words as the dictionary or, if it lacks them, the
 * rules of English say.
 * @throws WakePhraseError when it has no sound
 */
export function waysToSpeak(word: string, lookup: Lookup): readonly string[] {
  const known = lookup(word);
  const ways = known ? [known] : (waysOfPinyin(word) ?? [pronounce(word, lookup)]);
  return ways.map((phones) => {
    if (phones === undefined) throw new WakePhraseError(`wake phrase: nobody knows how to say "${word}"`);
    return phones;
  });
}

/** The phrase as an English voice must read it, so that it sounds as people say it. */
export function spelledForVoice(phrase: string): string {
  const spell = (word: string) =>
    syllablesOf(word)
      ?.map((syllable) => PINYIN[syllable]?.spelling)
      .join(" ") ?? word;
  return wordsOfPhrase(phrase).map(spell).join(" ");
}

function waysOfPinyin(word: string): readonly string[] | undefined {
  return syllablesOf(word)
    ?.map((syllable) => PINYIN[syllable]?.ways ?? [])
    .reduce((heads, ends) => heads.flatMap((head) => ends.map((end) => `${head} ${end}`)));
}

/** Undefined when the word is not made of syllables from the list alone. */
function syllablesOf(word: string): readonly string[] | undefined {
  for (const syllable of Object.keys(PINYIN)) {
    if (word === syllable) return [syllable];
    const rest = word.startsWith(syllable) ? syllablesOf(word.slice(syllable.length)) : undefined;
    if (rest) return [syllable, ...rest];
  }
  return undefined;
}
