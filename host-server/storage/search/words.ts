/** Scripts that are written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
/** A run of letters of one sort, or of digits. Marks belong to the letter before them. */
const RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+|[\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}])[\p{L}\p{N}\p{M}])+/gu;
/** Scripts have signs, too, which are no letters. */
const SIGNS = /[^\p{L}\p{N}\p{M}]+/gu;
/** Longer ones are no words, and databases have limits of their own. */
const MAX_WORD = 60;

/** The same letters in small and common form. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

function runsOf(text: string): string[] {
  return plain(text).replace(SIGNS, " ").match(RUN) ?? [];
}

/** 今天天气 is 今天, 天天, 天气 and 气: two characters together are a word far more often than one or three. */
function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.map((character, at) => character + (characters[at + 1] ?? ""));
}

/**
 * What a text is found by: its words in small letters, and pairs of characters where a script has no spaces, so that any piece
 * of Chinese finds the text it stands in.
 */
export function wordsOf(text: string): string[] {
  return runsOf(text).flatMap((run) => (UNSPACED.test(run) ? pairsOf(run) : [run.slice(0, MAX_WORD)]));
}

/** Words that must follow each other; the last may be the beginning of one when `isOpen`. */
export interface Phrase {
  readonly words: readonly string[];
  readonly isOpen: boolean;
}

/** What a question asks for: every phrase of it must be in the text, in any order. Empty when it names nothing. */
export function phrasesOf(question: string): Phrase[] {
  return runsOf(question).map((run) => {
    if (!UNSPACED.test(run)) return { words: [run.slice(0, MAX_WORD)], isOpen: true };
    const pairs = pairsOf(run);
    // The last character begins a pair of the text, unless it ends it.
    return pairs.length === 1 ? { words: pairs, isOpen: true } : { words: pairs.slice(0, -1), isOpen: false };
  });
}

/** Words of up to so many letters are taken as they are: the beginnings of others say nothing. */
const SHORT = 3;

/** Letters that grammar may have put at the end of a word. */
function endingOf({ length }: string): number {
  if (length >= 8) return 3;
  return length >= 6 ? 2 : length - SHORT > 1 ? 1 : 0;
}

/** The single words of a question, for a text that need not have all of them. */
export function termsOf(question: string): Phrase[] {
  const terms = runsOf(question).flatMap((run): Phrase[] => {
    if (UNSPACED.test(run)) {
      const pairs = pairsOf(run);
      return pairs.length === 1
        ? [{ words: pairs, isOpen: true }]
        : pairs.slice(0, -1).map((pair) => ({ words: [pair], isOpen: false }));
    }
    const word = run.slice(0, MAX_WORD);
    return [{ words: [word.slice(0, word.length - endingOf(word))], isOpen: word.length > SHORT }];
  });
  return [...new Map(terms.map((term) => [term.words[0], term])).values()];
}
