import { sql } from "kysely";
import type { StorageScope } from "../storage.ts";
import { idsWith } from "./search-table.ts";
import { type Phrase, termsOf } from "./words.ts";

const TABLE = "passage_search";
/** Words of a question that are looked for. */
const MAX_TERMS = 32;
/** A word that more passages have tells them apart no better, and is not looked for where there are others. */
const FREQUENT = 5_000;
/** Of few passages none is rare: a word counts as if it stood in one of this many. */
const FEWEST = 50;
/** A passage that has less of what the question's words weigh is about something else. */
const LEAST_SHARE = 0.2;
/** One that has so much less than the best is no answer beside it. */
const LEAST_OF_BEST = 0.4;
/** Letters from which on a word counts wholly: short ones are mostly grammar. Two characters of Chinese are a word. */
const WHOLE_LETTERS = 6;
const LETTERS = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+$/u;

/** A piece of a document that a question led to. */
export interface FoundPassage {
  readonly document: string;
  readonly collection: string;
  readonly heading: string;
  readonly text: string;
  /** How much of the question's words it has, the rare ones counting more: above 0, at most 1. */
  readonly score: number;
}

/** Where to search, and for how many. */
export interface PassageQuestion {
  /** Empty for all. */
  readonly collections?: readonly string[];
  readonly limit: number;
}

/**
 * Passages that a question asks about, the best first. A passage need not have all of the words; rare ones count for more, in both
 * databases alike.
 */
export async function searchPassages(
  scope: StorageScope,
  question: string,
  { collections = [], limit }: PassageQuestion,
): Promise<readonly FoundPassage[]> {
  const weighed = await weigh(scope, termsOf(question).slice(0, MAX_TERMS));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const known = weighed.filter(({ found }) => found > 0);
  const rare = known.filter(({ found }) => found <= FREQUENT);
  const chosen = rare.length > 0 ? rare : known;
  if (chosen.length === 0) return [];
  const hits = chosen.map(({ term, weight }) => {
    return sql`select id, ${sql.raw(weight.toFixed(4))} as weight from (${idsWith(scope.engine, TABLE, [term])}) as found`;
  });
  const inCollections =
    collections.length === 0 ? sql`` : sql`where documents.collection in (${sql.join([...collections])})`;
  const { rows } = await sql<FoundPassage>`
    select documents.name as document, documents.collection, passages.heading, passages.text, scored.score
    from (select id, sum(weight) as score from (${sql.join(hits, sql` union all `)}) as hits group by id) as scored
    join passages on passages.id = scored.id
    join documents on documents.id = passages.document
    ${inCollections} order by scored.score desc, passages.id limit ${limit}`.execute(scope.db);
  const scored = rows.map((row) => ({ ...row, score: Number(row.score) / total }));
  const least = Math.max(LEAST_SHARE, (scored[0]?.score ?? 0) * LEAST_OF_BEST);
  return scored.filter(({ score }) => score >= least);
}

interface WeighedTerm {
  readonly term: Phrase;
  /** Passages that have it, counted up to one more than are frequent. */
  readonly found: number;
  readonly weight: number;
}

async function weigh({ db, engine }: StorageScope, terms: readonly Phrase[]): Promise<WeighedTerm[]> {
  if (terms.length === 0) return [];
  const counts = terms.map((term, at) => {
    const limited = sql`${idsWith(engine, TABLE, [term])} limit ${sql.raw(String(FREQUENT + 1))}`;
    return sql`select ${sql.raw(String(at))} as place, count(*) as found from (${limited}) as limited`;
  });
  const { rows } = await sql<{ place: number; found: number }>`${sql.join(counts, sql` union all `)}`.execute(db);
  const found = new Map(rows.map((row) => [Number(row.place), Number(row.found)]));
  const { sum } = await db
    .selectFrom("documents")
    .select(({ fn }) => fn.sum<number>("passages").as("sum"))
    .executeTakeFirstOrThrow();
  const passages = Math.max(Number(sum ?? 0), FEWEST);
  return terms.map((term, at) => {
    const times = found.get(at) ?? 0;
    return { term, found: times, weight: Math.log(1 + passages / Math.max(times, 0.5)) * wholeness(term) };
  });
}

function wholeness({ words: [word = ""] }: Phrase): number {
  return LETTERS.test(word) ? Math.min(1, word.length / WHOLE_LETTERS) : 1;
}
