import { z } from "zod";
import { passagesIn } from "../../knowledge/passages.ts";
import {
  createDocument,
  type DocumentRecord,
  getDocument,
  listDocuments,
  passagesOf,
  removeDocument,
} from "../../storage/knowledge.ts";
import { searchPassages } from "../../storage/search/passage-search.ts";
import { listOf } from "../contract/common.ts";
import {
  type DocumentRow,
  document,
  documentQuery,
  foundPassage,
  newDocument,
  passage,
  passageQuery,
} from "../contract/knowledge.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

const SORTS = ["name", "collection", "created", "passages"] as const;

/** Documents that assistants look things up in. */
export const knowledgeRoutes: readonly RouteMaker[] = [
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/documents",
      access: "administrator",
      summary: "Lists documents.",
      query: documentQuery,
      answer: listOf(document),
      run: async ({ query: { sort, ...filter } }) => {
        const column = SORTS.find((name) => name === sort);
        const page = await listDocuments(storage, present({ ...filter, sort: column }));
        return { ...page, rows: page.rows.map(shown) };
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "post",
      path: "/api/documents",
      access: "administrator",
      summary: "Takes a text or Markdown.",
      body: newDocument,
      answer: document,
      status: 201,
      run: async ({ body: { name, collection, text } }) => {
        const passages = passagesIn(text);
        if (passages.length === 0) throw new ConsoleError(400, "document-empty", "there are no words in it", "text");
        return shown(await createDocument(storage, { name, collection, passages }));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/documents/{id}",
      access: "administrator",
      summary: "Gives what is known of a document.",
      answer: document,
      run: async ({ params: { id = "" } }) => shown(await documentOf(parts, id)),
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/documents/{id}/passages",
      access: "administrator",
      summary: "Gives the pieces of a document, in its order.",
      answer: z.array(passage),
      run: async ({ params: { id = "" } }) => {
        await documentOf(parts, id);
        return passagesOf(parts.storage, id);
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/passages",
      access: "administrator",
      summary: "Gives what assistants would find for a question, the best first.",
      query: passageQuery,
      answer: z.array(foundPassage),
      run: ({ query: { question, collection, limit } }) =>
        searchPassages(storage, question, { limit, ...(collection !== undefined && { collections: [collection] }) }),
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/documents/{id}",
      access: "administrator",
      summary: "Removes a document; one of the watched folder goes with its file.",
      run: async ({ params: { id = "" } }) => {
        const { origin, name } = await documentOf(parts, id);
        if (origin !== "")
          throw new ConsoleError(409, "document-watched", `${name} is a file of ${origin}: remove that`);
        await removeDocument(parts.storage, id);
        return { id };
      },
    }),
];

async function documentOf({ storage }: Pick<ConsoleParts, "storage">, id: string): Promise<DocumentRecord> {
  const found = await getDocument(storage, id);
  if (!found) throw notFound("document", id);
  return found;
}

function shown({ id, name, collection, origin, passages, characters, created }: DocumentRecord): DocumentRow {
  return { id, name, collection, origin, passages, characters, created };
}
