import type { Tts } from "../../providers/tts.ts";

/** Words that are spoken otherwise than they are written: names, abbreviations, readings. */
export class ReplacementWords {
  readonly #spoken: ReadonlyMap<string, string>;
  readonly #pattern: RegExp | undefined;

  /** @param lines as `written|spoken`, which are the reference's */
  constructor(lines: readonly string[]) {
    const pairs = lines.map((line) => line.split("|").map((word) => word.trim()));
    this.#spoken = new Map(pairs.map(([written = "", spoken = ""]) => [written, spoken]));
    const written = [...this.#spoken.keys()].filter((word) => word !== "");
    // The longest one that fits counts.
    const sorted = written.sort((a, b) => b.length - a.length).map(patternOf);
    this.#pattern = sorted.length === 0 ? undefined : new RegExp(sorted.join("|"), "gu");
  }

  /** A text as it is to be spoken. */
  replace(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, (word) => this.#spoken.get(word) ?? word) : text;
  }

  /** A voice that speaks so; what is shown stays as it is written. */
  spokenBy(tts: Tts): Tts {
    if (!this.#pattern) return tts;
    return { speak: (text, signal) => tts.speak(this.replace(text), signal), close: () => tts.close() };
  }
}

/** A word of letters stands for itself alone: `AI` is none in "AIR". Chinese and Japanese have no spaces between words. */
function patternOf(word: string): string {
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const isSpaced = /^[\p{Script=Latin}\p{N}]/u.test(word);
  const endsSpaced = /[\p{Script=Latin}\p{N}]$/u.test(word);
  return `${isSpaced ? "(?<![\\p{Script=Latin}\\p{N}])" : ""}${escaped}${endsSpaced ? "(?![\\p{Script=Latin}\\p{N}])" : ""}`;
}
