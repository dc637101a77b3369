import { deviceKey } from "./devices.ts";
import { type StorageScope, timeOf } from "./storage.ts";

/** What an agent remembers of those who use this device; empty for nothing. */
export async function getMemory({ db }: StorageScope, device: string, agent: string): Promise<string> {
  const row = await db
    .selectFrom("memories")
    .select("text")
    .where("device", "=", deviceKey(device))
    .where("agent", "=", agent)
    .executeTakeFirst();
  return row?.text ?? "";
}

/** Has an agent remember this in place of what it remembered. */
export async function setMemory(
  { db, clock }: StorageScope,
  device: string,
  agent: string,
  text: string,
): Promise<void> {
  const row = { device: deviceKey(device), agent, text, updated: timeOf(clock) };
  await db
    .insertInto("memories")
    .values(row)
    .onConflict((known) => known.columns(["device", "agent"]).doUpdateSet({ text, updated: row.updated }))
    .execute();
}

/** Has an agent forget; gives whether there was something. */
export async function removeMemory({ db }: StorageScope, device: string, agent: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("memories")
    .where("device", "=", deviceKey(device))
    .where("agent", "=", agent)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** What an agent remembers, device by device. */
export function listMemories(
  { db }: StorageScope,
  agent: string,
): Promise<{ readonly device: string; readonly text: string; readonly updated: number }[]> {
  const list = db.selectFrom("memories").select(["device", "text", "updated"]).where("agent", "=", agent);
  return list.orderBy("updated", "desc").limit(1_000).execute();
}
