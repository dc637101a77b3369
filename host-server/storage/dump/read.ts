import { type Kysely, sql } from "kysely";
import type { Storage, StorageScope } from "../storage.ts";
import { stepsOf, tablesOf } from "./tables.ts";
import { type DumpedRow, dumped } from "./values.ts";

const ROWS_AT_ONCE = 1_000;

/** Some rows of a table. */
export interface DumpedPage {
  readonly table: string;
  readonly rows: readonly DumpedRow[];
}

/** What `dumpTables` tells before the first row. */
export interface DumpBeginning {
  /** The steps of the tables' history that the rows have been through. */
  readonly steps: readonly string[];
}

/**
 * Gives all rows of all tables as they are at one moment, while others go on writing: first `begun` is called, then `take` for
 * each page, those that are named by others first.
 */
export function dumpTables(
  { db, engine, clock }: Storage,
  begun: (beginning: DumpBeginning) => Promise<void>,
  take: (page: DumpedPage) => Promise<void>,
): Promise<void> {
  return db.connection().execute(async (connection) => {
    const scope: StorageScope = { db: connection, engine, clock };
    // What only reads keeps nobody in SQLite from writing.
    const begin = engine === "sqlite" ? "begin" : "begin isolation level repeatable read read only";
    await sql.raw(begin).execute(connection);
    try {
      await begun({ steps: await stepsOf(scope as unknown as { readonly db: Kysely<never> }) });
      for (const table of await tablesOf(scope)) {
        for await (const rows of pagesOf(scope, table)) await take({ table, rows: rows.map(dumped) });
      }
    } finally {
      await sql.raw("rollback").execute(connection);
    }
  });
}

function pagesOf(scope: StorageScope, table: string): AsyncGenerator<DumpedRow[], void, undefined> {
  return scope.engine === "sqlite" ? sqlitePages(scope, table) : postgresPages(scope, table);
}

async function* sqlitePages({ db }: StorageScope, table: string): AsyncGenerator<DumpedRow[], void, undefined> {
  for (let last = 0; ; ) {
    const query = sql<DumpedRow>`select rowid as "$row", * from ${sql.table(table)}
      where rowid > ${last} order by rowid limit ${ROWS_AT_ONCE}`;
    const { rows } = await query.execute(db);
    if (rows.length === 0) return;
    last = rows.at(-1)?.["$row"] as number;
    yield rows.map(({ $row: _, ...row }) => row);
  }
}

async function* postgresPages({ db }: StorageScope, table: string): AsyncGenerator<DumpedRow[], void, undefined> {
  await sql`declare pages no scroll cursor for select * from ${sql.table(table)}`.execute(db);
  for (;;) {
    const { rows } = await sql<DumpedRow>`fetch forward ${sql.lit(ROWS_AT_ONCE)} from pages`.execute(db);
    if (rows.length === 0) break;
    yield rows;
  }
  await sql`close pages`.execute(db);
}
