import { type Kysely, sql } from "kysely";
import type { StorageScope } from "../storage.ts";

/** What SQLite and Kysely keep for themselves. */
const OTHERS = /^(sqlite_|kysely_)/;
/** Words of other tables' texts: made again from those. In SQLite they have tables of their own behind them. */
const SEARCH = /_search(_|$)/;

/** All tables with rows of our own, in the order in which they were made: what is named by others comes before them. */
export async function tablesOf({ db, engine }: StorageScope): Promise<string[]> {
  const query =
    engine === "sqlite"
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table' order by rowid`
      : sql<{ name: string }>`select relname as name from pg_class
          where relkind = 'r' and relnamespace = current_schema()::regnamespace order by oid`;
  const { rows } = await query.execute(db);
  return rows.map(({ name }) => name).filter((name) => !OTHERS.test(name) && !SEARCH.test(name));
}

/** The steps of the tables' history that a database has been through. */
export async function stepsOf({ db }: { readonly db: Kysely<never> }): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
