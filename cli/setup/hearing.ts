/** How much of a sentence was heard: 0 nothing, 1 all of it, by the characters that carry its words. */
export function likeness(said: string, heard: string): number {
  const [a, b] = [lettersOf(said), lettersOf(heard)];
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 0 : 1 - distance(a, b) / longest;
}

function lettersOf(text: string): string[] {
  return [...text.normalize("NFKC").toLowerCase()].filter((character) => /[\p{L}\p{N}]/u.test(character));
}

/** Levenshtein's. */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
