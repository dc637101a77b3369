import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Engine } from "../migrations/migration.ts";
import { type Phrase, wordsOf } from "./words.ts";

/** Words of one text that PostgreSQL tells the places of. */
const POSTGRES_WORDS = 16_383;

/** A table that is searched by words, and the one (with a number as `id`) whose texts it knows. */
export interface SearchTable {
  readonly name: string;
  readonly of: string;
}

/**
 * Makes a search table. It holds words and no texts: a table of SQLite's FTS5 without content, or a column `tsvector` in
 * PostgreSQL. What is removed from the other table goes from this one, too.
 */
export async function createSearchTable(db: Kysely<unknown>, engine: Engine, { name, of }: SearchTable): Promise<void> {
  if (engine === "sqlite") {
    const options = `words, content='', contentless_delete=1, detail=full, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"`;
    await sql`create virtual table ${sql.raw(name)} using fts5(${sql.raw(options)})`.execute(db);
    const gone = `delete from ${name} where rowid = old.id`;
    await sql.raw(`create trigger ${name}_removal after delete on ${of} begin ${gone}; end`).execute(db);
    return;
  }
  const reference = `bigint primary key references ${of} (id) on delete cascade`;
  await sql.raw(`create table ${name} (id ${reference}, words tsvector not null)`).execute(db);
  await sql.raw(`create index ${name}_by_words on ${name} using gin (words)`).execute(db);
}

/** Lets these texts be found. A text that is known already must be removed first. */
export async function addToSearch(
  db: Kysely<never>,
  engine: Engine,
  table: string,
  texts: readonly { readonly id: number; readonly text: string }[],
): Promise<void> {
  const rows = texts.map(({ id, text }) => {
    const words = wordsOf(text);
    return engine === "sqlite"
      ? sql`(${id}, ${words.join(" ")})`
      : sql`(${id}::bigint, ${postgresVector(words)}::tsvector)`;
  });
  if (rows.length === 0) return;
  const key = engine === "sqlite" ? "rowid" : "id";
  await sql`insert into ${sql.raw(table)} (${sql.raw(key)}, words) values ${sql.join(rows)}`.execute(db);
}

/** Selects the column `id` of texts in which all of these are found. */
export function idsWith(engine: Engine, table: string, phrases: readonly Phrase[]): RawBuilder<number> {
  const key = engine === "sqlite" ? "rowid as id" : "id";
  return sql<number>`select ${sql.raw(key)} from ${sql.raw(table)} where ${matches(engine, "words", phrases)}`;
}

/** Whether all of these are found in a text of the table; `column` is its column of words. */
export function matches(engine: Engine, column: string, phrases: readonly Phrase[]): RawBuilder<boolean> {
  return engine === "sqlite"
    ? sql<boolean>`${sql.raw(column)} match ${phrases.map(sqlitePhrase).join(" ")}`
    : sql<boolean>`${sql.raw(column)} @@ ${phrases.map(postgresPhrase).join(" & ")}::tsquery`;
}

/** Words have no quotes, so that nothing in them is an operator. */
function sqlitePhrase({ words, isOpen }: Phrase): string {
  return `"${words.join(" ")}"${isOpen ? " *" : ""}`;
}

/** Written as PostgreSQL shows it, so that no parser of its own cuts words in other places. */
function postgresVector(words: readonly string[]): string {
  return words
    .slice(0, POSTGRES_WORDS)
    .map((word, at) => `'${word}':${at + 1}`)
    .join(" ");
}

function postgresPhrase({ words, isOpen }: Phrase): string {
  const quoted = words.map((word) => `'${word}'`).join(" <-> ");
  return isOpen ? `${quoted}:*` : `(${quoted})`;
}
