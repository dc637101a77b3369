import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { type StorageScope, timeOf } from "./storage.ts";
import type { VoiceprintsTable } from "./tables.ts";

/** Somebody whose voice an agent knows. */
export type VoiceprintRecord = Selectable<VoiceprintsTable>;

/** What is known of a voice. */
export interface VoiceprintValues {
  readonly name: string;
  readonly description?: string;
  /** 32-bit floats; null until the voice was learned. */
  readonly embedding?: Uint8Array | null;
}

/** Those whom an agent knows, by name. */
export function listVoiceprints({ db }: StorageScope, agent: string): Promise<VoiceprintRecord[]> {
  return db.selectFrom("voiceprints").selectAll().where("agent", "=", agent).orderBy("name").orderBy("id").execute();
}

/** One of them; undefined when there is none. */
export function getVoiceprint({ db }: StorageScope, id: string): Promise<VoiceprintRecord | undefined> {
  return db.selectFrom("voiceprints").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Keeps a new one. @throws StorageError `storage-reference` when there is no such agent, `storage-conflict` */
export async function createVoiceprint(
  { db, clock }: StorageScope,
  agent: string,
  { id = randomUUID(), name, description = "", embedding = null }: VoiceprintValues & { readonly id?: string },
): Promise<VoiceprintRecord> {
  const now = timeOf(clock);
  const row = { id, agent, name, description, embedding, created: now, updated: now };
  await db.insertInto("voiceprints").values(row).execute();
  return row;
}

/** Changes one; what is left out stays. Gives whether there is one. */
export async function updateVoiceprint(
  { db, clock }: StorageScope,
  id: string,
  change: Partial<VoiceprintValues>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("voiceprints")
    .set({ ...change, updated: timeOf(clock) })
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets one; gives whether there was one. */
export async function removeVoiceprint({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("voiceprints").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}
