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

/** The groups of several devices, by device; those in none are left out. */
export async function groupsOfMany(
  { db }: StorageScope,
  devices: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  return byFirst(
    await rowsOf(devices, (ids) =>
      db.selectFrom("device_groups").selectAll().where("device", "in", ids).orderBy("name").execute(),
    ),
    ({ device, name }) => [device, name],
  );
}

/** The tags of several agents, by agent; those without are left out. */
export async function tagsOfMany(
  { db }: StorageScope,
  agents: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  return byFirst(
    await rowsOf(agents, (ids) =>
      db.selectFrom("agent_tags").selectAll().where("agent", "in", ids).orderBy("tag").execute(),
    ),
    ({ agent, tag }) => [agent, tag],
  );
}

/** Every tag of these agents' owner, or of all. */
export async function listTags({ db }: StorageScope, owner?: string): Promise<string[]> {
  let list = db.selectFrom("agent_tags").select("tag").distinct().orderBy("tag");
  if (owner !== undefined) {
    list = list.where("agent", "in", ({ selectFrom }) => selectFrom("agents").select("id").where("owner", "=", owner));
  }
  return (await list.execute()).map(({ tag }) => tag);
}

/** PostgreSQL takes no empty list. */
async function rowsOf<Row>(ids: readonly string[], read: (ids: readonly string[]) => Promise<Row[]>): Promise<Row[]> {
  return ids.length === 0 ? [] : read(ids);
}

function byFirst<Row>(rows: readonly Row[], pair: (row: Row) => readonly [string, string]) {
  const lists = new Map<string, string[]>();
  for (const row of rows) {
    const [key, value] = pair(row);
    lists.set(key, [...(lists.get(key) ?? []), value]);
  }
  return lists;
}

/** Puts a device into these groups and no others. @throws StorageError `storage-reference` when there is no such device */
export async function setGroups(scope: StorageScope, device: string, groups: readonly string[]): Promise<void> {
  await inTransaction(scope, async ({ db }) => {
    await db.deleteFrom("device_groups").where("device", "=", device).execute();
    const rows = [...new Set(groups)].map((name) => ({ device, name }));
    if (rows.length > 0) await db.insertInto("device_groups").values(rows).execute();
  });
}

/** Every group, or those with devices of one account, with the number of devices in it. */
export async function listGroups(
  { db }: StorageScope,
  owner?: string,
): Promise<{ readonly name: string; readonly devices: number }[]> {
  let list = db.selectFrom("device_groups").select(({ fn }) => ["name", fn.countAll<number>().as("devices")]);
  if (owner !== undefined) {
    list = list.where("device", "in", ({ selectFrom }) =>
      selectFrom("devices").select("id").where("owner", "=", owner),
    );
  }
  return list.groupBy("name").orderBy("name").execute();
}
