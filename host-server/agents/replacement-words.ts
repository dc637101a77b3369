import type { Tts } from "../providers/tts.ts";

/** What is said in place of what is written. */
export type Replacements = readonly (readonly [written: string, spoken: string])[];

/** Reads `text|spoken`; the first bar counts. */
export function parseReplacements(lines: readonly string[]): Replacements {
  return lines.map((line) => {
    const at = line.indexOf("|");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
}

/** A text with its words replaced, the longest first; what has been replaced is not looked at again. */
export function replaceWords(text: string, words: Replacements): string {
  if (words.length === 0) return text;
  const spoken = new Map(words);
  const longestFirst = [...spoken.keys()].sort((a, b) => b.length - a.length);
  const pattern = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|");
  return text.replace(new RegExp(pattern, "gu"), (word) => spoken.get(word) ?? word);
}

/** A voice that says words in another way than they are written. What is shown stays. */
export function withReplacements(tts: Tts, words: Replacements): Tts {
  if (words.length === 0) return tts;
  return {
    ...(tts.warmUp && { warmUp: () => tts.warmUp?.() ?? Promise.resolve() }),
    ...(tts.check && { check: () => tts.check?.() ?? Promise.resolve() }),
    speak: (text, signal) => tts.speak(replaceWords(text, words), signal),
    close: () => tts.close(),
  };
}
