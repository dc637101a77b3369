import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { type StorageScope, timeOf } from "../storage.ts";
import type { ApiTokensTable } from "../tables.ts";

/** What every token begins with, so that one that has got out is known for what it is. */
export const TOKEN_PREFIX = "xz_";
/** Characters by which people tell their tokens apart. */
const START = 9;
/** ms between two notes of when a token was used. */
const NOTE_MS = 60_000;

/** A token without what makes it one. */
export type ApiTokenRecord = Omit<Selectable<ApiTokensTable>, "hash">;

/** The tokens of an account, the newest first. */
export function listApiTokens({ db }: StorageScope, owner: string): Promise<ApiTokenRecord[]> {
  return db
    .selectFrom("api_tokens")
    .select(["id", "owner", "name", "start", "created", "used", "expires"])
    .where("owner", "=", owner)
    .orderBy("created", "desc")
    .execute();
}

/** Makes a token; its text is given this once. `expires`: ms since the epoch. */
export async function createApiToken(
  { db, clock }: StorageScope,
  { owner, name, expires }: { readonly owner: string; readonly name: string; readonly expires: number | null },
): Promise<ApiTokenRecord & { readonly token: string }> {
  const token = TOKEN_PREFIX + randomBytes(32).toString("base64url");
  const row = { id: randomUUID(), owner, name, start: token.slice(0, START), created: timeOf(clock), used: 0, expires };
  await db
    .insertInto("api_tokens")
    .values({ ...row, hash: hashOf(token) })
    .execute();
  return { ...row, token };
}

/** Removes a token of this account; gives whether there was one. */
export async function removeApiToken({ db }: StorageScope, owner: string, id: string): Promise<boolean> {
  const gone = db.deleteFrom("api_tokens").where("id", "=", id).where("owner", "=", owner);
  return (await gone.executeTakeFirst()).numDeletedRows > 0n;
}

/** The account of a token, and a note that it was used; undefined when the token is none, or too old. */
export async function ownerOfToken({ db, clock }: StorageScope, token: string): Promise<string | undefined> {
  const row = await db.selectFrom("api_tokens").selectAll().where("hash", "=", hashOf(token)).executeTakeFirst();
  const now = timeOf(clock);
  if (!row || (row.expires !== null && row.expires <= now)) return undefined;
  if (now - row.used >= NOTE_MS)
    await db.updateTable("api_tokens").set({ used: now }).where("id", "=", row.id).execute();
  return row.owner;
}

/** Tokens are random: a hash without salt tells nothing of them. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
