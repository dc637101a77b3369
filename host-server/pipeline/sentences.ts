/** Marks that end a sentence wherever they stand: no number and no abbreviation holds them. */
const HARD = /[。？！；：\n]/;
/** Marks that end a sentence only before a space: they also stand inside numbers, names and times. */
const SPACED = /[.?!;]/;
/** Marks at which the first sentence may end early, so that speech begins sooner. */
const SOFT = /[，、～]/;
/** What may follow a mark and still belongs to its sentence. */
const CLOSING = /[。？！；.?!;"'”’)\]」』】]/;

/** Shorter beginnings are not worth the pause that cutting them makes. */
const SOFT_MIN_CHARACTERS = 4;
const SOFT_ASCII_MIN_CHARACTERS = 24;
/** A text without marks is cut here, at a space, so that it cannot grow for ever. */
const MAX_CHARACTERS = 240;

const ABBREVIATIONS = new Set(
  "mr mrs ms dr prof st mt vs etc e.g i.e approx dept fig inc ltd co jr sr u.s u.k a.m p.m".split(" "),
);

/** Cuts a stream of text into sentences for speech, each as soon as it is complete. */
export class SentenceCutter {
  #text = "";
  #isFirst = true;

  /** Takes the next piece of text and gives the sentences that it completed. */
  push(piece: string): string[] {
    this.#text += piece;
    const sentences: string[] = [];
    for (let end = this.#findEnd(); end > 0; end = this.#findEnd()) {
      this.#take(end, sentences);
    }
    return sentences;
  }

  /** No more text follows: gives the rest, if there is any. */
  end(): string[] {
    const sentences: string[] = [];
    // With a space behind it, a final mark is no longer in doubt.
    const text = this.#text;
    this.#text = `${text} `;
    for (let end = this.#findEnd(); end > 0; end = this.#findEnd()) this.#take(end, sentences);
    this.#take(this.#text.length, sentences);
    this.#isFirst = true;
    return sentences;
  }

  #take(end: number, sentences: string[]): void {
    const sentence = this.#text.slice(0, end).trim();
    this.#text = this.#text.slice(end);
    if (sentence === "") return;
    sentences.push(sentence);
    this.#isFirst = false;
  }

  /** The index behind the first complete sentence, or 0. */
  #findEnd(): number {
    const text = this.#text;
    for (let at = 0; at < text.length; at++) {
      if (!this.#endsAt(at)) continue;
      let end = at + 1;
      while (end < text.length && CLOSING.test(text[end] as string)) end++;
      return end;
    }
    if (text.length <= MAX_CHARACTERS) return 0;
    const space = text.lastIndexOf(" ", MAX_CHARACTERS);
    return space > 0 ? space : MAX_CHARACTERS;
  }

  #endsAt(at: number): boolean {
    const mark = this.#text[at] as string;
    if (HARD.test(mark)) return true;
    if (SPACED.test(mark)) return this.#isFollowedBySpace(at) && !(mark === "." && this.#isAbbreviation(at));
    if (!this.#isFirst) return false;
    if (SOFT.test(mark)) return at >= SOFT_MIN_CHARACTERS;
    return mark === "," && at >= SOFT_ASCII_MIN_CHARACTERS && this.#isFollowedBySpace(at);
  }

  /** Looks past closing quotes and further marks; at the end of the text the answer is not known yet, so no. */
  #isFollowedBySpace(at: number): boolean {
    let next = at + 1;
    while (next < this.#text.length && CLOSING.test(this.#text[next] as string)) next++;
    return next < this.#text.length && /[\s\u3000-\u9fff\uff00-\uffef]/.test(this.#text[next] as string);
  }

  #isAbbreviation(at: number): boolean {
    const word = /[\p{L}.]*$/u.exec(this.#text.slice(0, at))?.[0].toLowerCase() ?? "";
    // A single letter is an initial; "I" ends sentences.
    if (/^\p{L}$/u.test(word)) return word !== "i";
    if (ABBREVIATIONS.has(word)) return true;
    // "1. First" numbers a list at the start of a line.
    return /(?:^|\n)\s*\d{1,2}$/.test(this.#text.slice(0, at));
  }
}

/** The sentences of a text that arrives in pieces. */
export async function* cutSentences(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  const cutter = new SentenceCutter();
  for await (const piece of pieces) yield* cutter.push(piece);
  yield* cutter.end();
}
