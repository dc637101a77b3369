import { type RawBuilder, type Selectable, sql } from "kysely";
import { type Page, type PageQuery, sliceOf } from "../page.ts";
import type { StorageScope } from "../storage.ts";
import type { MessagesTable } from "../tables.ts";
import { idsWith, matches } from "./search-table.ts";
import { phrasesOf } from "./words.ts";

const TABLE = "message_search";
/** Found messages are counted up to here: who finds more wants other words. */
export const COUNTED_FOUND = 1_000;

/**
 * Up to so many the words' own index is the shortest way. PostgreSQL needs a tenth of a second for the messages before the
 * thousandth when every hundredth has the word, and a third of that to look at all that have it.
 */
const RARE = { sqlite: COUNTED_FOUND, postgres: 20_000 } as const;

/** Which messages are searched. */
export interface MessageSearch extends PageQuery<"id"> {
  readonly question: string;
  /** Conditions on the table `messages`. */
  readonly conditions: readonly RawBuilder<boolean>[];
  /** Whether they leave the messages of one device or session. */
  readonly isNarrow: boolean;
}

/** Where messages are taken from, in the order of `key`; conditions may follow. */
interface Source {
  readonly from: RawBuilder<unknown>;
  readonly key: RawBuilder<unknown>;
}

/** Messages with these words, the newest first unless asked otherwise. */
export async function searchMessages(
  scope: StorageScope,
  { question, conditions, isNarrow, ...wanted }: MessageSearch,
): Promise<Page<Selectable<MessagesTable>>> {
  const phrases = phrasesOf(question);
  if (phrases.length === 0) return { rows: [], total: 0, isCounted: true };
  const { db, engine } = scope;
  // Planned without the limit: PostgreSQL would read its whole table for a rare word that it takes for a frequent one.
  const kept = sql.raw(engine === "sqlite" ? "" : "materialized");
  const ids = idsWith(engine, TABLE, phrases);
  const { total: found } = await countOf(
    scope,
    sql`with found as ${kept} (${ids}) select count(*) as total from (select 1 from found`,
    RARE[engine],
  );
  const isRare = found <= RARE[engine];
  const ways = engine === "sqlite" ? sqliteWays : postgresWays;
  const way = isRare ? ways.rare : isNarrow ? ways.narrow : ways.frequent;
  const match = matches(engine, "found.words", phrases);
  const { from, key } = way(match, ids, conditions);
  const rest = conditions.map((condition) => sql` and ${condition}`);
  const all = sql`${from}${sql.join(rest, sql``)}`;
  const { limit, offset } = sliceOf(wanted);
  const direction = sql.raw(wanted.order === "asc" ? "asc" : "desc");
  const list = sql<Selectable<MessagesTable>>`
    select messages.* ${all} order by ${key} ${direction} limit ${limit} offset ${offset}`;
  const [{ rows }, { total }] = await Promise.all([
    list.execute(db),
    rest.length === 0 ? { total: found } : countOf(scope, sql`select count(*) as total from (select 1 ${all}`),
  ]);
  return { rows, total: Math.min(total, COUNTED_FOUND), isCounted: total <= COUNTED_FOUND };
}

type Ways = {
  readonly [way in "rare" | "frequent" | "narrow"]: (
    match: RawBuilder<unknown>,
    ids: RawBuilder<unknown>,
    conditions: readonly RawBuilder<boolean>[],
  ) => Source;
};

/**
 * The words lead, in the order of the index of words. Where few messages are left to be looked at their ids are listed first, with a
 * `+` so that the index of words is gone through once: to ask it for each of them takes ten times as long.
 */
const sqliteWays: Ways = {
  rare: (match) => fromWords(match),
  frequent: (match) => fromWords(match),
  narrow: (match, _, conditions) => {
    const few = sql`select messages.id from messages where ${sql.join([...conditions], sql` and `)}`;
    return fromWords(sql`${match} and +found.rowid in (${few})`);
  },
};

/** A frequent word is met soon by going through the messages in their order. */
const postgresWays: Ways = {
  // As an array, for which no whole table is read.
  rare: (_match, ids) => ({ from: sql`from messages where messages.id = any(array(${ids}))`, key: sql`messages.id` }),
  frequent: (match) => ({
    from: sql`from ${sql.raw(TABLE)} as found join messages on messages.id = found.id where ${match}`,
    key: sql`found.id`,
  }),
  narrow: (match) => fromMessages(sql`found.id = messages.id and ${match}`),
};

/** SQLite keeps the order of a cross join. */
function fromWords(match: RawBuilder<unknown>): Source {
  const from = sql`from ${sql.raw(TABLE)} as found cross join messages on messages.id = found.rowid where ${match}`;
  return { from, key: sql`found.rowid` };
}

function fromMessages(isFound: RawBuilder<unknown>): Source {
  const from = sql`from messages where exists (select 1 from ${sql.raw(TABLE)} as found where ${isFound})`;
  return { from, key: sql`messages.id` };
}

/**
 * @param list that ends in an open subquery of what is counted
 * @param most one more than this is the end of counting
 */
async function countOf(
  { db }: StorageScope,
  list: RawBuilder<unknown>,
  most = COUNTED_FOUND,
): Promise<{ readonly total: number }> {
  const limited = sql<{ total: number }>`${list} limit ${sql.raw(String(most + 1))}) as counted`;
  const { rows } = await limited.execute(db);
  return { total: Number(rows[0]?.total ?? 0) };
}
