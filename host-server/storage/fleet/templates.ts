import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { JsonObject } from "../../../protocol/json.ts";
import { type StorageScope, timeOf } from "../storage.ts";
import type { AgentTemplatesTable } from "../tables.ts";

/** What an agent may be made from. */
export interface TemplateRecord extends Omit<Selectable<AgentTemplatesTable>, "settings"> {
  readonly settings: JsonObject;
}

type Values = Pick<TemplateRecord, "name" | "description" | "settings">;

/** All templates, by name. */
export async function listTemplates({ db }: StorageScope): Promise<TemplateRecord[]> {
  return (await db.selectFrom("agent_templates").selectAll().orderBy("name").orderBy("id").execute()).map(toRecord);
}

/** One template; undefined when there is none. */
export async function getTemplate({ db }: StorageScope, id: string): Promise<TemplateRecord | undefined> {
  const row = await db.selectFrom("agent_templates").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** Keeps a new template. */
export async function createTemplate({ db, clock }: StorageScope, values: Values): Promise<TemplateRecord> {
  const now = timeOf(clock);
  const row = { id: randomUUID(), ...values, settings: JSON.stringify(values.settings), created: now, updated: now };
  await db.insertInto("agent_templates").values(row).execute();
  return toRecord(row);
}

/** Changes a template; gives whether there is one. */
export async function updateTemplate(
  { db, clock }: StorageScope,
  id: string,
  { settings, ...change }: Partial<Values>,
): Promise<boolean> {
  const values = { ...change, ...(settings && { settings: JSON.stringify(settings) }), updated: timeOf(clock) };
  const { numUpdatedRows } = await db
    .updateTable("agent_templates")
    .set(values)
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Removes a template; gives whether there was one. */
export async function removeTemplate({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("agent_templates").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

function toRecord(row: Selectable<AgentTemplatesTable>): TemplateRecord {
  return { ...row, settings: JSON.parse(row.settings) as JsonObject };
}
