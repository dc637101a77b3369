import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../cli/process.ts";

/** A block of code in a document. */
export interface Snippet {
  /** `ts`, `json`, or nothing. */
  readonly language: string;
  /** What the test does with it: the word behind the language. */
  readonly kind: string;
  readonly text: string;
  /** Line of its first line, from 1. */
  readonly line: number;
  /** The heading that it stands below. */
  readonly section: string;
}

/** All blocks of code of a document of `docs/`, in order. */
export function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(ROOT, "docs", document), "utf8");
  const found: Snippet[] = [];
  let section = "";
  let open: { language: string; kind: string; line: number; lines: string[] } | undefined;
  for (const [index, row] of text.split("\n").entries()) {
    const fence = /^```(\w*) ?(.*)$/.exec(row);
    if (open && fence) {
      found.push({ ...open, text: `${open.lines.join("\n")}\n`, section });
      open = undefined;
    } else if (open) open.lines.push(row);
    else if (fence) open = { language: fence[1] ?? "", kind: fence[2] ?? "", line: index + 2, lines: [] };
    else if (row.startsWith("#")) section = row.replace(/^#+ /, "");
  }
  return found;
}

/** Where the imports and constants of a snippet of a board end, and its fields begin. */
function fieldsStart(lines: readonly string[]): number {
  return lines.findIndex(
    (row, index) =>
      /^\w+: /.test(row) &&
      !lines.slice(0, index).some((before) => /^class .*\{$/.test(before) && !lines.slice(0, index).includes("}")),
  );
}

/** A whole `board.ts` of a snippet that shows some fields of one. */
export function boardOf({ text }: Snippet): string {
  const lines = text.split("\n");
  const start = fieldsStart(lines);
  const before = lines.slice(0, start).join("\n");
  const fields = lines.slice(start).map((row) => `  ${row}`);
  const own = (name: string, value: string) =>
    new RegExp(`^${name}: `, "m").test(text) ? "" : `  ${name}: ${value},\n`;
  return `import { defineBoard } from "boards/board";
${before}
export default defineBoard({
  name: "my-box",
  chip: "esp32s3",
${fields.join("\n")}${own("manufacturer", '"maker"')}});
`;
}
