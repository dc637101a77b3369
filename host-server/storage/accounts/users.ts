import type { Selectable } from "kysely";
import { contains, type Page, type PageQuery, pageOf } from "../page.ts";
import { inTransaction, type StorageScope } from "../storage.ts";
import type { UsersTable } from "../tables.ts";

/** An account. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly isBlocked: boolean;
  readonly hasSecondFactor: boolean;
  readonly created: number;
}

type UserColumn = "name" | "email" | "role" | "createdAt";

/** Which accounts are wanted. */
export interface UserFilter extends PageQuery<UserColumn> {
  /** A piece of the name or of the e-mail address. */
  readonly search?: string;
}

/** A list of accounts, by name unless sorted otherwise. */
export async function listUsers(scope: StorageScope, filter: UserFilter = {}): Promise<Page<UserRecord>> {
  const { search } = filter;
  let list = scope.db.selectFrom("users");
  if (search) list = list.where((is) => is.or([contains("name", search), contains("email", search)]));
  const order = { columns: ["name", "email", "role", "createdAt"], order: "asc", key: "id" } as const;
  const page = await pageOf<Selectable<UsersTable>, UserColumn>(scope, list, filter, order);
  return { ...page, rows: page.rows.map(toRecord) };
}

/** One account; undefined when there is none. */
export async function getUser({ db }: StorageScope, id: string): Promise<UserRecord | undefined> {
  const row = await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** How many accounts have this role and may log in. */
export async function countUsers({ db, engine }: StorageScope, role: string): Promise<number> {
  const no = engine === "sqlite" ? 0 : false;
  const { count } = await db
    .selectFrom("users")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("role", "=", role)
    .where("blocked", "=", no)
    .executeTakeFirstOrThrow();
  return count;
}

/** Removes an account; what it owned is nobody's. Gives whether there was one. */
export async function removeUser({ db }: StorageScope, id: string): Promise<boolean> {
  await db.updateTable("agents").set({ owner: null }).where("owner", "=", id).execute();
  await db.updateTable("devices").set({ owner: null }).where("owner", "=", id).execute();
  const { numDeletedRows } = await db.deleteFrom("users").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Takes the second factor of an account away. */
export async function removeSecondFactor(scope: StorageScope, id: string): Promise<void> {
  await inTransaction(scope, async ({ db, engine }) => {
    await db.deleteFrom("user_second_factors").where("userId", "=", id).execute();
    const no = engine === "sqlite" ? 0 : false;
    await db.updateTable("users").set({ twoFactorEnabled: no }).where("id", "=", id).execute();
  });
}

function toRecord({ id, name, email, role, blocked, twoFactorEnabled, createdAt }: Selectable<UsersTable>): UserRecord {
  const created = new Date(createdAt as string | Date).getTime();
  return { id, name, email, role, isBlocked: Boolean(blocked), hasSecondFactor: Boolean(twoFactorEnabled), created };
}
