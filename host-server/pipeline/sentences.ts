/** Marks that end a sentence wherever they stand: no abbreviation holds them. */
const HARD = /[。？！；\n]/;
/** Marks that end a sentence only before a space or a Chinese character: they also stand inside numbers, names and times. */
const SPACED = /[.?!;…：]/;
/** Marks at which the first sentence may end early, so that speech begins sooner. */
const SOFT = /[，、～]/;
const SOFT_SPACED = /[,:—–]/;
/** What may follow a mark and still belongs to its sentence. */
const CLOSING = /[。？！；….?!;"'”’)\]」』】》]/;
const SPEAKABLE = /[\p{L}\p{N}]/u;
const SPACE_OR_CHINESE = /[\s\u3000-\u9fff\uff00-\uffef]/;

/** Shorter beginnings are not worth the pause that cutting them makes. */
const SOFT_MIN_CHARACTERS = 4;
const SOFT_ASCII_MIN_CHARACTERS = 16;
/** A text without marks is cut here, at a space, so that it cannot grow for ever. */
const MAX_CHARACTERS = 240;
/** A model that gives nothing but marks is broken; they are dropped. */
const MAX_UNSPEAKABLE = 10_000;

const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof st mt vs etc e.g i.e approx dept inc ltd co jr sr u.s u.k a.m p.m " +
    "bspw bzw ca d.h evtl ggf inkl sog u.a usw vgl z.b zzgl"
  ).split(" "),
);
/** Abbreviations before a number; before anything else they are words. */
const NUMBERED = new Set("no nos nr vol fig ch sec art p pp".split(" "));
/** German numbers in order, "der 3. Mann", "am 3. Mai": by the word before, or the one that follows. */
const BEFORE_ORDINAL = /(?:^|\s)(?:beim|dem|den|der|im|jeden|vom|zum|zur)\s+\d{1,2}$/i;
const MONTH = /^(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)$/;

/**
 * Cuts a stream of text into sentences for speech, each as soon as it is complete. Joined they are the text again, but
 * for an end without a letter or digit; each has something to speak.
 */
export class SentenceCutter {
  #text = "";
  #isFirst = true;
  #isEnded = false;

  /** Takes the next piece of text and gives the sentences that it completed. */
  push(piece: string): string[] {
    this.#text += piece;
    if (this.#text.length > MAX_UNSPEAKABLE && !SPEAKABLE.test(this.#text)) this.#text = "";
    return this.#takeAll();
  }

  /** No more text follows: gives the rest, if there is any; the next piece begins another text. */
  end(): string[] {
    this.#isEnded = true;
    const sentences = this.#takeAll();
    if (SPEAKABLE.test(this.#text)) sentences.push(this.#text);
    this.#text = "";
    this.#isFirst = true;
    this.#isEnded = false;
    return sentences;
  }

  #takeAll(): string[] {
    const sentences: string[] = [];
    for (let end = this.#findEnd(); end > 0; end = this.#findEnd()) {
      sentences.push(this.#text.slice(0, end));
      this.#text = this.#text.slice(end);
      this.#isFirst = false;
    }
    return sentences;
  }

  /** The index behind the first complete sentence, or 0. */
  #findEnd(): number {
    const text = this.#text;
    // What cannot be spoken belongs to the sentence after it.
    const first = text.search(SPEAKABLE);
    if (first < 0) return 0;
    for (let at = first; at < text.length; at++) {
      if (this.#endsAt(at)) return this.#skipClosing(at + 1);
    }
    return text.length - first > MAX_CHARACTERS ? this.#cutLong(first) : 0;
  }

  /** Between words where there are any, and never inside a character of two code units. */
  #cutLong(first: number): number {
    const text = this.#text;
    const limit = first + MAX_CHARACTERS;
    const space = text.lastIndexOf(" ", limit);
    const end = space > first ? space : limit;
    const isInsideCharacter = /^[\uDC00-\uDFFF]/.test(text.slice(end, end + 1));
    return isInsideCharacter ? end + 1 : end;
  }

  #skipClosing(from: number): number {
    let end = from;
    while (end < this.#text.length && CLOSING.test(this.#text[end] as string)) end++;
    return end;
  }

  #endsAt(at: number): boolean {
    const mark = this.#text[at] as string;
    if (HARD.test(mark)) return true;
    if (SPACED.test(mark)) return this.#isFollowedBySpace(at) && !this.#isInside(at);
    if (!this.#isFirst) return false;
    if (SOFT.test(mark)) return at >= SOFT_MIN_CHARACTERS;
    return SOFT_SPACED.test(mark) && at >= SOFT_ASCII_MIN_CHARACTERS && this.#isFollowedBySpace(at);
  }

  /** Looks past closing quotes and further marks; at the end of what is known the answer is no. */
  #isFollowedBySpace(at: number): boolean {
    const next = this.#text[this.#skipClosing(at + 1)];
    return next === undefined ? this.#isEnded : SPACE_OR_CHINESE.test(next);
  }

  /** Whether this mark, with a space behind it, does not end a sentence all the same. */
  #isInside(at: number): boolean {
    const end = this.#skipClosing(at + 1);
    const next = /\S/.exec(this.#text.slice(end))?.[0];
    const isQuoted = /["'”’]/.test(this.#text.slice(at + 1, end));
    // 'She said "Stop!" and left.' What follows the quote decides.
    if (isQuoted) return next === undefined ? !this.#isEnded : /\p{Ll}/u.test(next);
    return this.#text[at] === "." && this.#isAbbreviation(at, next);
  }

  #isAbbreviation(at: number, next: string | undefined): boolean {
    const before = this.#text.slice(0, at);
    const word = /[\p{L}.]*$/u.exec(before)?.[0].toLowerCase() ?? "";
    if (NUMBERED.has(word)) return next === undefined ? !this.#isEnded : /\p{N}/u.test(next);
    // A single letter is an initial; "I" ends sentences.
    if (/^\p{L}$/u.test(word)) return word !== "i";
    if (ABBREVIATIONS.has(word)) return true;
    // "1. First" numbers a list at the start of a line.
    return /(?:^|\n)\s*\d{1,2}$/.test(before) || this.#isOrdinal(at);
  }

  #isOrdinal(at: number): boolean {
    const before = this.#text.slice(0, at);
    if (!/(?:^|\s)\d{1,2}$/.test(before)) return false;
    if (BEFORE_ORDINAL.test(before)) return true;
    const rest = this.#text.slice(at + 1).trimStart();
    const following = /^\p{L}*/u.exec(rest)?.[0] ?? "";
    // What is known ends within the word that decides: the end of the sentence can wait for it.
    if (following.length === rest.length && !this.#isEnded) return true;
    return MONTH.test(following);
  }
}

/** The sentences of a text that arrives in pieces. */
export async function* cutSentences(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  const cutter = new SentenceCutter();
  for await (const piece of pieces) yield* cutter.push(piece);
  yield* cutter.end();
}
