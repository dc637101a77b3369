import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import { addToSearch } from "./search/search-table.ts";
import { inTransaction, type StorageScope, timeOf } from "./storage.ts";
import type { DocumentsTable } from "./tables.ts";

/** A document as it is kept. */
export type DocumentRecord = Selectable<DocumentsTable>;

/** A piece of a document. */
export interface Passage {
  /** Headings that it stands under; empty for none. */
  readonly heading: string;
  readonly text: string;
}

/** What a document is made of. */
export interface NewDocument {
  /** Empty for the usual one. */
  readonly collection?: string;
  readonly name: string;
  /** Where the folder is that it comes from; empty for one that is added by itself. */
  readonly origin?: string;
  /** Differs when its file has changed. */
  readonly stamp?: string;
  readonly passages: readonly Passage[];
}

type DocumentColumn = "name" | "collection" | "created" | "passages";

/** Which documents are wanted. */
export interface DocumentFilter extends PageQuery<DocumentColumn> {
  readonly collection?: string;
  readonly origin?: string;
  /** A piece of the name. */
  readonly search?: string;
}

const SEARCH = "passage_search";
/** Rows of one statement: SQLite takes 32766 values. */
const ROWS_AT_ONCE = 1_000;

/** A list of documents, by name unless sorted otherwise. */
export function listDocuments(scope: StorageScope, filter: DocumentFilter = {}): Promise<Page<DocumentRecord>> {
  const { collection, origin, search } = filter;
  let list = scope.db.selectFrom("documents");
  if (collection !== undefined) list = list.where("collection", "=", collection);
  if (origin !== undefined) list = list.where("origin", "=", origin);
  if (search) list = list.where(contains("name", search));
  const columns = ["name", "collection", "created", "passages"] as const;
  return pageOf<DocumentRecord, DocumentColumn>(scope, list, filter, { columns, order: "asc", key: "id" });
}

/** One document; undefined when there is none. */
export function getDocument({ db }: StorageScope, id: string): Promise<DocumentRecord | undefined> {
  return db.selectFrom("documents").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The pieces of a document, in its order. */
export function passagesOf({ db }: StorageScope, document: string): Promise<Passage[]> {
  const passages = db.selectFrom("passages").select(["heading", "text"]).where("document", "=", document);
  return passages.orderBy("id").execute();
}

/** Keeps a document and lets it be found; one of the same name, collection and origin makes room for it. */
export function createDocument(scope: StorageScope, document: NewDocument): Promise<DocumentRecord> {
  const { collection = "", name, origin = "", stamp = "", passages } = document;
  const characters = passages.reduce((sum, { text }) => sum + text.length, 0);
  const known = { collection, name, origin };
  const row = { id: randomUUID(), ...known, stamp, passages: passages.length, characters };
  return inTransaction(scope, async (inner) => {
    const former = inner.db.deleteFrom("documents").where("origin", "=", origin);
    await former.where("collection", "=", collection).where("name", "=", name).execute();
    const kept = { ...row, created: timeOf(inner.clock) };
    await inner.db.insertInto("documents").values(kept).execute();
    for (let at = 0; at < passages.length; at += ROWS_AT_ONCE) {
      await addPassages(inner, kept, passages.slice(at, at + ROWS_AT_ONCE));
    }
    return kept;
  });
}

/** Forgets a document; gives whether there was one. */
export async function removeDocument({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("documents").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

async function addPassages(
  { db, engine }: StorageScope,
  { id: document, name }: DocumentRecord,
  passages: readonly Passage[],
): Promise<void> {
  const rows = passages.map(({ heading, text }) => ({ document, heading, text }));
  const added = await db.insertInto("passages").values(rows).returning("id").execute();
  const ids = added.map(({ id }) => id).sort((a, b) => a - b);
  // What a document and its chapters are called says what a passage is about.
  const texts = passages.map(({ heading, text }, at) => ({
    id: ids[at] as number,
    text: `${name}\n${heading}\n${text}`,
  }));
  await addToSearch(db as unknown as Kysely<never>, engine, SEARCH, texts);
}
