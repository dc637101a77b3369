import { z } from "zod";
import { listQuery, search, time } from "./common.ts";

/** A document that assistants look things up in. */
export const document = z.object({
  id: z.string(),
  name: z.string(),
  /** Keeps documents apart from others, for agents that search some alone; empty for the usual one. */
  collection: z.string(),
  /** Where the folder is that it comes from; empty for one that was added by itself. */
  origin: z.string(),
  passages: z.int(),
  characters: z.int(),
  created: time,
});

export const documentQuery = listQuery.extend({ collection: z.string().optional(), search });

/** A text or Markdown; one of the same name and collection makes room for it. */
export const newDocument = z.strictObject({
  name: z.string().trim().min(1).max(200),
  collection: z.string().trim().max(100).default(""),
  text: z.string().min(1).max(900_000),
});

export const passage = z.object({ heading: z.string(), text: z.string() });

/** A question as a model would ask it. */
export const passageQuery = z.object({
  question: z.string().trim().min(1).max(500),
  /** Searches this collection alone; empty for documents in none. */
  collection: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(20).default(5),
});

/** A passage that answers it, the best first. */
export const foundPassage = passage.extend({
  document: z.string(),
  collection: z.string(),
  /** How much of the question's words it has, the rare ones counting more: above 0, at most 1. */
  score: z.number(),
});

export type DocumentRow = z.infer<typeof document>;
export type FoundPassage = z.infer<typeof foundPassage>;
