import type { Selectable } from "kysely";
import type { JsonObject } from "../../protocol/json.ts";
import { type Page, type PageQuery, pageOf, unindexed } from "./page.ts";
import { type StorageScope, timeOf } from "./storage.ts";
import type { AuditLogTable } from "./tables.ts";

/** Changes that are forgotten by one statement. */
const REMOVED_AT_ONCE = 500;

/** A change that somebody made. */
export interface AuditRecord extends Omit<Selectable<AuditLogTable>, "detail"> {
  readonly detail: JsonObject | null;
}

/** A change to be noted. */
export interface AuditEntry {
  /** Account, or what else acted. */
  readonly actor: string;
  /** What was done: `create`, `update`, `remove`, `sign-in`. */
  readonly action: string;
  /** What sort of thing, and which. */
  readonly entity: string;
  readonly subject: string;
  /** Without secrets. */
  readonly detail?: JsonObject;
}

/** Which changes are wanted. */
export interface AuditFilter extends PageQuery<"id"> {
  readonly actor?: string;
  readonly action?: string;
  readonly entity?: string;
  readonly subject?: string;
  /** From this time on, and before that: ms since the epoch. */
  readonly from?: number;
  readonly until?: number;
}

/** A list of changes, the newest first. */
export async function listAudit(scope: StorageScope, filter: AuditFilter = {}): Promise<Page<AuditRecord>> {
  const { from, until } = filter;
  let list = scope.db.selectFrom("audit_log");
  for (const column of ["actor", "action", "entity", "subject"] as const) {
    const value = filter[column];
    // Most changes are of few sorts: those of one are met soon in the order of the list.
    const isFrequent = column === "entity" && filter.subject === undefined;
    if (value !== undefined) list = list.where(isFrequent ? unindexed(scope, column) : column, "=", value);
  }
  if (from !== undefined) list = list.where("at", ">=", from);
  if (until !== undefined) list = list.where("at", "<", until);
  const order = { columns: ["id"], order: "desc", key: "id" } as const;
  const page = await pageOf<Selectable<AuditLogTable>, "id">(scope, list, filter, order);
  const rows = page.rows.map((row) => ({ ...row, detail: row.detail === null ? null : JSON.parse(row.detail) }));
  return { ...page, rows };
}

/** Notes a change; in the transaction of the change it is noted when that takes effect. */
export async function noteChange({ db, clock }: StorageScope, entry: AuditEntry): Promise<void> {
  const { detail, ...row } = entry;
  const values = { ...row, at: timeOf(clock), detail: detail ? JSON.stringify(detail) : null };
  await db.insertInto("audit_log").values(values).execute();
}

/** Forgets changes from before this time, some at a time: others wait for each statement; gives how many. */
export async function removeAuditBefore({ db }: StorageScope, time: number): Promise<number> {
  for (let removed = 0; ; ) {
    const old = db.selectFrom("audit_log").select("id").where("at", "<", Math.floor(time)).limit(REMOVED_AT_ONCE);
    const { numDeletedRows } = await db.deleteFrom("audit_log").where("id", "in", old).executeTakeFirst();
    removed += Number(numDeletedRows);
    if (Number(numDeletedRows) < REMOVED_AT_ONCE) return removed;
  }
}
