import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { JsonObject } from "../../protocol/json.ts";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import { inTransaction, type StorageScope, timeOf } from "./storage.ts";
import type { ModelsTable } from "./tables.ts";

/** A model as it is kept. */
export interface ModelRecord extends Omit<Selectable<ModelsTable>, "settings" | "preferred" | "enabled"> {
  readonly settings: JsonObject;
  /** Whether it is its stage's, where nobody has chosen. */
  readonly isPreferred: boolean;
  readonly isEnabled: boolean;
}

/** What a model is made of. */
export interface ModelValues {
  readonly id?: string;
  readonly stage: string;
  readonly name: string;
  readonly provider: string;
  readonly settings: JsonObject;
  readonly isPreferred?: boolean;
  readonly isEnabled?: boolean;
}

type ModelColumn = "name" | "stage" | "provider" | "updated";

/** Which models are wanted. */
export interface ModelFilter extends PageQuery<ModelColumn> {
  readonly stage?: string;
  readonly provider?: string;
  readonly search?: string;
}

/** A list of models, by name unless sorted otherwise. */
export async function listModels(scope: StorageScope, filter: ModelFilter = {}): Promise<Page<ModelRecord>> {
  const { stage, provider, search } = filter;
  let list = scope.db.selectFrom("models");
  if (stage !== undefined) list = list.where("stage", "=", stage);
  if (provider !== undefined) list = list.where("provider", "=", provider);
  if (search) list = list.where(contains("name", search));
  const columns = ["name", "stage", "provider", "updated"] as const;
  const order = { columns, order: "asc", key: "id" } as const;
  const page = await pageOf<Selectable<ModelsTable>, ModelColumn>(scope, list, filter, order);
  return { ...page, rows: page.rows.map(toRecord) };
}

/** One model; undefined when there is none. */
export async function getModel({ db }: StorageScope, id: string): Promise<ModelRecord | undefined> {
  const row = await db.selectFrom("models").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** Keeps a new model; a preferred one is the only one of its stage. @throws StorageError `storage-conflict` */
export async function createModel(scope: StorageScope, model: ModelValues): Promise<ModelRecord> {
  const { id = randomUUID(), stage, name, provider, settings, isPreferred = false, isEnabled = true } = model;
  const now = timeOf(scope.clock);
  const row = { id, stage, name, provider, settings: JSON.stringify(settings), created: now, updated: now };
  const flags = { preferred: isPreferred ? 1 : 0, enabled: isEnabled ? 1 : 0 } as const;
  return inTransaction(scope, async ({ db }) => {
    if (isPreferred) await db.updateTable("models").set({ preferred: 0 }).where("stage", "=", stage).execute();
    await db
      .insertInto("models")
      .values({ ...row, ...flags })
      .execute();
    return toRecord({ ...row, ...flags });
  });
}

/** Changes a model; what is left out stays. Gives it, or undefined when there is none. */
export async function updateModel(
  scope: StorageScope,
  id: string,
  change: Partial<Omit<ModelValues, "id" | "stage">>,
): Promise<ModelRecord | undefined> {
  return inTransaction(scope, async (inner) => {
    const before = await getModel(inner, id);
    if (!before) return undefined;
    const { name, provider, settings, isPreferred, isEnabled } = { ...before, ...change };
    const { db } = inner;
    if (isPreferred) await db.updateTable("models").set({ preferred: 0 }).where("stage", "=", before.stage).execute();
    const flags = { preferred: isPreferred ? 1 : 0, enabled: isEnabled ? 1 : 0 } as const;
    const values = { name, provider, settings: JSON.stringify(settings), updated: timeOf(inner.clock), ...flags };
    await db.updateTable("models").set(values).where("id", "=", id).execute();
    return getModel(inner, id);
  });
}

/** Removes a model; gives whether there was one. */
export async function removeModel({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("models").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

function toRecord({ preferred, enabled, settings, ...row }: Selectable<ModelsTable>): ModelRecord {
  return {
    ...row,
    settings: JSON.parse(settings) as JsonObject,
    isPreferred: preferred === 1,
    isEnabled: enabled === 1,
  };
}
