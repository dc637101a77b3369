import type { Selectable } from "kysely";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import { type StorageScope, timeOf } from "./storage.ts";
import type { ParametersTable } from "./tables.ts";

/** A setting of the whole server that a console has changed; its key is that of the configuration. */
export type ParameterRecord = Selectable<ParametersTable>;

/** Which parameters are wanted. */
export interface ParameterFilter extends PageQuery<"key" | "updated"> {
  /** A piece of the key or of the note. */
  readonly search?: string;
}

/** A list of parameters, by key unless sorted otherwise. */
export function listParameters(scope: StorageScope, filter: ParameterFilter = {}): Promise<Page<ParameterRecord>> {
  const { search } = filter;
  let list = scope.db.selectFrom("parameters");
  if (search) list = list.where((is) => is.or([contains("key", search), contains("note", search)]));
  const order = { columns: ["key", "updated"], order: "asc", key: "key" } as const;
  return pageOf<ParameterRecord, "key" | "updated">(scope, list, filter, order);
}

/** The value of a parameter; undefined when it was never set. */
export async function getParameter({ db }: StorageScope, key: string): Promise<string | undefined> {
  const row = await db.selectFrom("parameters").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value;
}

/** Sets a parameter; a note that is left out stays. */
export async function setParameter(
  { db, clock }: StorageScope,
  key: string,
  { value, note }: { readonly value: string; readonly note?: string },
): Promise<void> {
  const updated = timeOf(clock);
  await db
    .insertInto("parameters")
    .values({ key, value, note: note ?? "", updated })
    .onConflict((known) => known.column("key").doUpdateSet({ value, updated, ...(note !== undefined && { note }) }))
    .execute();
}

/** Removes a parameter; gives whether there was one. */
export async function removeParameter({ db }: StorageScope, key: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("parameters").where("key", "=", key).executeTakeFirst();
  return numDeletedRows > 0n;
}
