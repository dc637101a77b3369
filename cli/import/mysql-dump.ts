/** A value of a dump: bytes are given as text, and numbers as they stand. */
export type DumpValue = string | number | null;

/** A row by the names of its columns. */
export type DumpRow = { readonly [column: string]: DumpValue };

/** A value as text; empty for none. */
export function textOf(value: DumpValue | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** What a column with JSON says; undefined when it is none. */
export function jsonOf(value: DumpValue | undefined): unknown {
  try {
    return JSON.parse(textOf(value)) as unknown;
  } catch {
    // no JSON: whoever asks has a use for that
    return undefined;
  }
}

const ESCAPES: { readonly [letter: string]: string } = { n: "\n", r: "\r", t: "\t", b: "\b", Z: "\x1a", "0": "\0" };
const CREATE = /CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)`?\s*\(([\s\S]*?)\n\)/gi;
const COLUMN = /^\s*`(\w+)`\s/gm;
const INSERT = /(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+`?(\w+)`?\s*(?:\(([^)]*)\))?\s*VALUES\s*/giy;

/**
 * The rows of a dump by mysqldump, by table. Statements that are no INSERT are passed over; a row that cannot be read, or has more
 * values than there are columns, ends its statement.
 */
export function readDump(text: string): Map<string, DumpRow[]> {
  const columns = new Map<string, string[]>();
  for (const [, table = "", body = ""] of text.matchAll(CREATE)) {
    columns.set(
      table,
      [...body.matchAll(COLUMN)].map(([, name = ""]) => name),
    );
  }
  const tables = new Map<string, DumpRow[]>();
  for (let at = 0; at < text.length; ) {
    INSERT.lastIndex = at;
    const found = INSERT.exec(text);
    if (!found) {
      at = endOfStatement(text, at);
      continue;
    }
    const [start, table = "", named] = found;
    const names = named?.split(",").map((name) => name.replace(/[`\s]/g, "")) ?? columns.get(table) ?? [];
    const { rows, end } = readRows(text, at + start.length, names);
    tables.set(table, [...(tables.get(table) ?? []), ...rows]);
    at = endOfStatement(text, end);
  }
  return tables;
}

/** Behind the next semicolon, or at a beginning that may be a statement: strings and comments may hold both. */
function endOfStatement(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "'" || character === '"') at = readString(text, at).end - 1;
    else if (character === "-" && text.startsWith("-- ", at)) at = lineEnd(text, at) - 1;
    else if (character === "#") at = lineEnd(text, at) - 1;
    else if (character === ";") return skipSpace(text, at + 1);
    else if (at > from && (character === "I" || character === "R") && text[at - 1] === "\n") return at;
  }
  return text.length;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] as string)) at++;
  return at;
}

function readRows(text: string, from: number, names: readonly string[]): { rows: DumpRow[]; end: number } {
  const rows: DumpRow[] = [];
  let at = skipSpace(text, from);
  while (text[at] === "(") {
    const read = readRow(text, at + 1);
    if (!read || read.values.length > names.length) return { rows, end: at };
    rows.push(Object.fromEntries(read.values.map((value, place) => [names[place] as string, value])));
    at = skipSpace(text, read.end);
    if (text[at] !== ",") break;
    at = skipSpace(text, at + 1);
  }
  return { rows, end: at };
}

function readRow(text: string, from: number): { values: DumpValue[]; end: number } | undefined {
  const values: DumpValue[] = [];
  let at = from;
  for (;;) {
    const read = readValue(text, skipSpace(text, at));
    if (!read) return undefined;
    values.push(read.value);
    at = skipSpace(text, read.end);
    if (text[at] === ")") return { values, end: at + 1 };
    if (text[at] !== ",") return undefined;
    at++;
  }
}

function readValue(text: string, from: number): { value: DumpValue; end: number } | undefined {
  // _binary 'x' and _utf8mb4'x' say how the bytes are meant.
  const at = /_\w+\s*(?=')/y.exec(sliceAt(text, from, 20))?.[0].length ?? 0;
  if (text[from + at] === "'") return readString(text, from + at);
  const [word] = /^[^\s,()]+/.exec(sliceAt(text, from, 400_000)) ?? [];
  if (word === undefined) return undefined;
  const end = from + word.length;
  if (/^null$/i.test(word)) return { value: null, end };
  if (/^0x[0-9a-f]*$/i.test(word)) return { value: Buffer.from(word.slice(2), "hex").toString("utf8"), end };
  const number = Number(word);
  return { value: Number.isSafeInteger(number) || /[.e]/i.test(word) ? number : word, end };
}

function sliceAt(text: string, from: number, length: number): string {
  return text.slice(from, from + length);
}

function readString(text: string, from: number): { value: string; end: number } {
  const quote = text[from] as string;
  let value = "";
  let at = from + 1;
  for (;;) {
    const next = nextSign(text, at, quote);
    value += text.slice(at, next);
    if (next >= text.length) return { value, end: text.length };
    const follows = text[next + 1] ?? "";
    if (text[next] === "\\") value += ESCAPES[follows] ?? follows;
    else if (follows === quote) value += quote;
    else return { value, end: next + 1 };
    at = next + 2;
  }
}

function nextSign(text: string, from: number, quote: string): number {
  const quoteAt = text.indexOf(quote, from);
  const end = quoteAt < 0 ? text.length : quoteAt;
  const escapeAt = text.slice(from, end).indexOf("\\");
  return escapeAt < 0 ? end : from + escapeAt;
}
