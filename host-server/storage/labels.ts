import { inTransaction, type StorageScope } from "./storage.ts";

/** The tags of an agent. */
export async function tagsOf({ db }: StorageScope, agent: string): Promise<string[]> {
  const rows = await db.selectFrom("agent_tags").select("tag").where("agent", "=", agent).orderBy("tag").execute();
  return rows.map(({ tag }) => tag);
}

/** Gives an agent these tags and no others. @throws StorageError `storage-reference` when there is no such agent */
export async function setTags(scope: StorageScope, agent: string, tags: readonly string[]): Promise<void> {
  await inTransaction(scope, async ({ db }) => {
    await db.deleteFrom("agent_tags").where("agent", "=", agent).execute();
    const rows = [...new Set(tags)].map((tag) => ({ agent, tag }));
    if (rows.length > 0) await db.insertInto("agent_tags").values(rows).execute();
  });
}

/** The groups that a device is in. */
export async function groupsOf({ db }: StorageScope, device: string): Promise<string[]> {
  const list = db.selectFrom("device_groups").select("name").where("device", "=", device).orderBy("name");
  return (await list.execute()).map(({ name }) => name);
}

/** Puts a device into these groups and no others. @throws StorageError `storage-reference` when there is no such device */
export async function setGroups(scope: StorageScope, device: string, groups: readonly string[]): Promise<void> {
  await inTransaction(scope, async ({ db }) => {
    await db.deleteFrom("device_groups").where("device", "=", device).execute();
    const rows = [...new Set(groups)].map((name) => ({ device, name }));
    if (rows.length > 0) await db.insertInto("device_groups").values(rows).execute();
  });
}

/** Every group, with the number of devices in it. */
export async function listGroups({ db }: StorageScope): Promise<{ readonly name: string; readonly devices: number }[]> {
  return db
    .selectFrom("device_groups")
    .select(({ fn }) => ["name", fn.countAll<number>().as("devices")])
    .groupBy("name")
    .orderBy("name")
    .execute();
}
