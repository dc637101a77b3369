import type { Selectable } from "kysely";
import { deviceKey } from "./devices.ts";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import type { StorageScope } from "./storage.ts";
import type { SessionsTable } from "./tables.ts";

/** A session as it is kept. */
export type SessionRecord = Selectable<SessionsTable>;

/** Which sessions are wanted. */
export interface SessionFilter extends PageQuery<"started"> {
  readonly device?: string;
  readonly agent?: string;
  /** Those on devices of this account, since it has them. */
  readonly owner?: string;
  /** A piece of the title. */
  readonly search?: string;
  /** From this time on, and before that: ms since the epoch. */
  readonly from?: number;
  readonly until?: number;
}

/** Rows that one statement removes, so that no other waits long. */
const REMOVED_AT_ONCE = 500;

/** A list of sessions, the newest first unless asked otherwise. */
export function listSessions(scope: StorageScope, filter: SessionFilter = {}): Promise<Page<SessionRecord>> {
  const { device, agent, owner, search, from, until } = filter;
  let list = scope.db.selectFrom("sessions");
  if (device !== undefined) list = list.where("device", "=", deviceKey(device));
  if (agent !== undefined) list = list.where("agent", "=", agent);
  if (owner !== undefined) {
    list = list.where(({ exists, selectFrom }) => {
      const own = selectFrom("devices").select("devices.id").whereRef("devices.id", "=", "sessions.device");
      return exists(own.where("devices.owner", "=", owner).whereRef("devices.created", "<=", "sessions.started"));
    });
  }
  if (search) list = list.where(contains("title", search));
  if (from !== undefined) list = list.where("started", ">=", from);
  if (until !== undefined) list = list.where("started", "<", until);
  const order = { columns: ["started"], order: "desc", key: "id" } as const;
  return pageOf<SessionRecord, "started">(scope, list, filter, order);
}

/** One session; undefined when there is none. */
export function getSession({ db }: StorageScope, id: string): Promise<SessionRecord | undefined> {
  return db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Names a session; gives whether there is one. */
export async function updateSession({ db }: StorageScope, id: string, title: string): Promise<boolean> {
  const { numUpdatedRows } = await db.updateTable("sessions").set({ title }).where("id", "=", id).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Removes a session with all that was said in it; gives whether there was one. */
export async function removeSession({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("sessions").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Removes the sessions that ended before this time, some at a time; gives how many. */
export async function removeSessionsBefore({ db }: StorageScope, time: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const old = await db
      .selectFrom("sessions")
      .select("id")
      .where("started", "<", time)
      .where((is) => is.or([is("ended", "<", time), is("ended", "is", null)]))
      .limit(REMOVED_AT_ONCE)
      .execute();
    if (old.length === 0) return removed;
    const ids = old.map(({ id }) => id);
    await db.deleteFrom("sessions").where("id", "in", ids).execute();
    removed += ids.length;
  }
}
