import { type Kysely, sql } from "kysely";
import { StorageError } from "../errors.ts";
import { addToSearch } from "../search/search-table.ts";
import { inTransaction, type Storage, type StorageScope } from "../storage.ts";
import type { DumpedPage } from "./read.ts";
import { tablesOf } from "./tables.ts";
import { undumped } from "./values.ts";

/** Values of one statement: SQLite takes 32766. */
const VALUES_AT_ONCE = 16_000;
const TEXTS_AT_ONCE = 1_000;

/** The texts of these tables that are searched by words, with their ids, from one id on. */
const SEARCHED: { readonly [table: string]: { readonly search: string; readonly query: string } } = {
  messages: {
    search: "message_search",
    query: "select id, text from messages where id > $ order by id limit 1000",
  },
  passages: {
    search: "passage_search",
    query: `select passages.id, documents.name || '\n' || heading || '\n' || text as text
      from passages join documents on documents.id = passages.document where passages.id > $ order by passages.id limit 1000`,
  },
};

/**
 * Writes what `dumpTables` gave into an empty database: all of it, or nothing. Its tables must have been through the same
 * steps. Gives the rows of each table.
 *
 * @throws StorageError `storage-not-empty`, `storage-unknown` for a table or column that is not there
 */
export function undumpTables(storage: Storage, pages: AsyncIterable<DumpedPage>): Promise<Record<string, number>> {
  return inTransaction(storage, async (scope) => {
    const columns = await columnsOf(scope);
    await refuseRows(scope, [...columns.keys()]);
    const counts: Record<string, number> = {};
    for await (const page of pages) {
      await insert(scope, page, columns.get(page.table));
      counts[page.table] = (counts[page.table] ?? 0) + page.rows.length;
    }
    if (scope.engine === "postgres") await continueIds(scope, Object.keys(counts));
    for (const table of Object.keys(counts)) await searchAgain(scope, table);
    return counts;
  });
}

/** Columns of a table, and those of them that are `boolean` here. */
interface Columns {
  readonly all: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

async function columnsOf(scope: StorageScope): Promise<Map<string, Columns>> {
  const known = await scope.db.introspection.getTables();
  const ours = new Set(await tablesOf(scope));
  return new Map(
    known
      .filter(({ name }) => ours.has(name))
      .map(({ name, columns }) => {
        const flags = columns.filter(({ dataType }) => dataType === "bool");
        return [name, { all: named(columns), flags: named(flags) }];
      }),
  );
}

const named = (columns: readonly { readonly name: string }[]) => new Set(columns.map(({ name }) => name));

async function refuseRows({ db }: StorageScope, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) {
      throw new StorageError("storage-not-empty", `storage-not-empty: the table ${table} has rows already`);
    }
  }
}

async function insert({ db }: StorageScope, { table, rows }: DumpedPage, columns: Columns | undefined): Promise<void> {
  const unknown = columns ? Object.keys(rows[0] ?? {}).find((column) => !columns.all.has(column)) : "";
  if (!columns || unknown !== undefined) {
    const what = columns ? `column ${unknown} in the table ${table}` : `table ${table}`;
    throw new StorageError("storage-unknown", `storage-unknown: there is no ${what}`);
  }
  const values = rows.map((row) => undumped(row, columns.flags));
  const atOnce = Math.max(1, Math.floor(VALUES_AT_ONCE / columns.all.size));
  for (let at = 0; at < values.length; at += atOnce) {
    await (db as unknown as Kysely<Record<string, Record<string, unknown>>>)
      .insertInto(table)
      .values(values.slice(at, at + atOnce))
      .execute();
  }
}

/** Ids that PostgreSQL counts go on after the last; SQLite looks for itself. */
async function continueIds({ db }: StorageScope, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await sql<{ name: string | null }>`
      select pg_get_serial_sequence(quote_ident(${table}), 'id') as name from information_schema.columns
      where table_schema = current_schema() and table_name = ${table} and column_name = 'id' and is_identity = 'YES'`.execute(
      db,
    );
    const sequence = rows[0]?.name;
    if (!sequence) continue;
    await sql`select setval(${sequence}::regclass, (select max(id) from ${sql.table(table)}))`.execute(db);
  }
}

async function searchAgain({ db, engine }: StorageScope, table: string): Promise<void> {
  const { search, query } = SEARCHED[table] ?? {};
  if (search === undefined || query === undefined) return;
  for (let last = 0; ; ) {
    const { rows } = await sql.raw<{ id: number; text: string }>(query.replace("$", String(last))).execute(db);
    await addToSearch(db as unknown as Kysely<never>, engine, search, rows);
    if (rows.length < TEXTS_AT_ONCE) return;
    last = rows.at(-1)?.id as number;
  }
}
