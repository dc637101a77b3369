/** What the table says of a board. */
export interface BoardRow {
  readonly name: string;
  readonly what: string;
  /** Pixels, as 240 x 240; empty without a screen. */
  readonly screen: string;
  /** KB in flash memory: the program as XS links it, without native code; undefined where it was not linked. */
  readonly programKb: number | undefined;
  /** KB of fonts and other files. */
  readonly filesKb: number;
  /** The most of the heap in a conversation. */
  readonly slots: number;
  readonly chunksKb: number;
}

const BEGIN = "<!-- This table is written by `npm run boards`. -->";
const END = "<!-- Its end. -->";

const HEAD = [
  "| board | what it is | screen | program, KB | files, KB | slots | chunks, KB |",
  "|---|---|---|---|---|---|---|",
];

/** The rows as Markdown, between the lines by which {@link replaceTable} finds them. */
export function describeTable(rows: readonly BoardRow[]): string {
  const lines = rows.map(({ name, what, screen, programKb, filesKb, slots, chunksKb }) => {
    const cells = [`\`${name}\``, what, screen, programKb ?? "", filesKb === 0 ? "" : filesKb, slots, chunksKb];
    return `| ${cells.join(" | ")} |`;
  });
  return [BEGIN, ...HEAD, ...lines, END].join("\n");
}

/** What a table says, row by row: the cells of each. */
export function readTable(text: string): readonly (readonly string[])[] {
  const table = text.slice(text.indexOf(BEGIN), text.indexOf(END));
  return table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/**
 * The text with another table in the place of its own.
 * @throws Error when it has none
 */
export function replaceTable(text: string, table: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`there are no lines "${BEGIN}" and "${END}"`);
  return text.slice(0, from) + table + text.slice(to + END.length);
}
