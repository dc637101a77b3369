import { z } from "zod";
import { jsonObject, listQuery, search, time } from "./common.ts";

/** A connection of a device, from hello to close. */
export const session = z.object({
  id: z.string(),
  device: z.string(),
  agent: z.string().nullable(),
  title: z.string(),
  turns: z.int(),
  started: time,
  /** Null: it goes on, or the server was stopped hard. */
  ended: time.nullable(),
});

const period = { from: z.coerce.number().optional(), until: z.coerce.number().optional() };

export const sessionQuery = listQuery.extend({
  device: z.string().optional(),
  agent: z.string().optional(),
  search,
  ...period,
});

export const sessionChange = z.strictObject({ title: z.string().trim().max(200) });

/** What was said, or done by a tool. */
export const message = z.object({
  id: z.number(),
  session: z.string(),
  device: z.string(),
  agent: z.string().nullable(),
  role: z.enum(["user", "assistant", "tool"]),
  text: z.string(),
  /** Of a user's: `speaker`, where the voice is known; of an assistant's: `stages` (ms, see `live.ts`), `isInterrupted`, `tokens`; of a tool's: `name`, `arguments`. */
  detail: jsonObject.nullable(),
  /** Whether its sound was kept. */
  hasAudio: z.boolean(),
  at: time,
});

export const messageQuery = listQuery.extend({
  session: z.string().optional(),
  device: z.string().optional(),
  agent: z.string().optional(),
  role: z.enum(["user", "assistant", "tool"]).optional(),
  /** Words that must be in the text. */
  search,
  ...period,
});

export type SessionRow = z.infer<typeof session>;
export type MessageRow = z.infer<typeof message>;
