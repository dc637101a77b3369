import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { StorageScope } from "./storage.ts";
import type { Tables } from "./tables.ts";

/** Rows are counted, and given, up to here: who pages through more wants a filter, or the other end of the list. */
export const COUNTED_ROWS = 20_000;
const MAX_PER_PAGE = 1_000;

/** Which part of a list is wanted, and in which order. */
export interface PageQuery<Column extends string> {
  /** From 1. */
  readonly page?: number;
  /** Rows of a page, 25 unless given; at most 1000. */
  readonly perPage?: number;
  readonly sort?: Column;
  readonly order?: "asc" | "desc";
}

/** A part of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many there are. */
  readonly total: number;
  /** False when there are more than `total`: counting has an end. */
  readonly isCounted: boolean;
}

/** A list before it is cut into pages: rows of one table under conditions, nothing selected. */
// biome-ignore lint/suspicious/noExplicitAny: the builder's table is one of many, and what it gives is said by `Row`
type Rows = SelectQueryBuilder<Tables, any, object>;

/** Columns to sort by, the first unless the caller chooses; the key makes the order of equal ones the same every time. */
export interface PageOrder<Column extends string> {
  readonly columns: readonly [Column, ...Column[]];
  readonly order: "asc" | "desc";
  readonly key: string;
}

/** Which rows of a list a page has. */
export function sliceOf({ page = 1, perPage = 25 }: PageQuery<string>): {
  readonly limit: number;
  readonly offset: number;
} {
  const limit = Math.min(Math.max(Math.trunc(perPage), 1), MAX_PER_PAGE);
  return { limit, offset: (Math.max(Math.trunc(page), 1) - 1) * limit };
}

/** One page of these rows; none beyond those that are counted. A column that is not in the list counts as none. */
export async function pageOf<Row, Column extends string>(
  { db }: StorageScope,
  list: Rows,
  wanted: PageQuery<Column>,
  { columns, order: usual, key }: PageOrder<Column>,
): Promise<Page<Row>> {
  const { limit, offset } = sliceOf(wanted);
  const sort = columns.find((column) => column === wanted.sort) ?? columns[0];
  const order = wanted.order ?? usual;
  const sorted = list.selectAll().orderBy(sql.ref(sort), order);
  const whole = sort === key ? sorted : sorted.orderBy(sql.ref(key), order);
  const rows = offset >= COUNTED_ROWS ? [] : whole.limit(limit).offset(offset).execute();
  const limited = list.select(sql`1`.as("one")).limit(COUNTED_ROWS + 1);
  const count = db
    .selectFrom(limited.as("counted"))
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const [found, { total }] = await Promise.all([rows, count]);
  return { rows: found as Row[], total: Math.min(total, COUNTED_ROWS), isCounted: total <= COUNTED_ROWS };
}

/** A column by which SQLite must not look rows up: without figures of its tables it would, and sort all that it finds. */
export function unindexed({ engine }: Pick<StorageScope, "engine">, column: string): RawBuilder<string> {
  return engine === "sqlite" ? sql<string>`+${sql.ref(column)}` : sql<string>`${sql.ref(column)}`;
}

/** Whether a text is somewhere in a column, whatever its capitals. */
export function contains(column: string, text: string): RawBuilder<boolean> {
  const pattern = (part: string) => `%${part.replace(/[\\%_]/g, "\\$&")}%`;
  // SQLite knows the small letters of English only: what is written alike is found in any language.
  const exact = sql<boolean>`${sql.ref(column)} like ${pattern(text)} escape '\\'`;
  return sql<boolean>`(lower(${sql.ref(column)}) like ${pattern(text.toLowerCase())} escape '\\' or ${exact})`;
}
