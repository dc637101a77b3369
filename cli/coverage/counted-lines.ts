/** Lines of imports: the engine notes their place, but there is nothing in them to run. */
function importLines(source: string): Set<number> {
  const lines = new Set<number>();
  for (const { 0: text, index } of source.matchAll(/^import\b[^;]*;/gm)) {
    const first = source.slice(0, index).split("\n").length;
    for (let line = first; line < first + text.split("\n").length; line++) lines.add(line);
  }
  return lines;
}

/** A line that holds more than a comment or a bracket. */
function isCode(line: string): boolean {
  return /\w/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line);
}

/**
 * Line → count of a source, as it is judged: without its imports.
 *
 * @param ran what was counted; undefined for a file that nobody loaded, whose lines all count as not run
 */
export function countedLines(source: string, ran: ReadonlyMap<number, number> | undefined): Map<number, number> {
  const imports = importLines(source);
  const lines = ran ?? new Map(source.split("\n").flatMap((text, n) => (isCode(text) ? [[n + 1, 0] as const] : [])));
  return new Map([...lines].filter(([line]) => !imports.has(line)));
}
