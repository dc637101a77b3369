import type { StoredConfig } from "../config/stored-config.ts";
import type { ModelRecord } from "../storage/models.ts";
import type { StorageScope } from "../storage/storage.ts";

/** Parameters and models of the database. @throws StorageError */
export async function readStoredConfig({ db }: StorageScope): Promise<StoredConfig> {
  const parameters = await db.selectFrom("parameters").select(["key", "value"]).orderBy("key").execute();
  const rows = await db.selectFrom("models").selectAll().orderBy("id").execute();
  const models = rows.map(({ id, stage, name, provider, settings, preferred, enabled }) => ({
    ...{ id, stage, name, provider },
    settings: JSON.parse(settings) as ModelRecord["settings"],
    isPreferred: preferred === 1,
    isEnabled: enabled === 1,
  }));
  return { parameters, models };
}
