/** What does not count when a phrase is recognised: the same words are written with and without it. */
const UNSPOKEN = /[\s\p{P}\p{S}]+/gu;

/** A list of phrases, known whatever their punctuation, spaces and capitals. */
export class Phrases {
  readonly #phrases: ReadonlySet<string>;

  constructor(phrases: readonly string[]) {
    this.#phrases = new Set(phrases.map(plain).filter((phrase) => phrase !== ""));
  }

  /** Whether a text is one of the phrases, and nothing more. */
  has(text: string): boolean {
    return this.#phrases.has(plain(text));
  }
}

function plain(text: string): string {
  return text.normalize("NFKC").replace(UNSPOKEN, "").toLowerCase();
}
