import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { JsonObject } from "../../protocol/json.ts";
import { StorageError } from "./errors.ts";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import { inTransaction, type StorageScope, timeOf } from "./storage.ts";
import type { AgentsTable } from "./tables.ts";

/** An agent as it is kept. */
export interface AgentRecord extends Omit<Selectable<AgentsTable>, "settings"> {
  readonly settings: JsonObject;
}

/** What an agent is made of. */
export interface NewAgent {
  /** Made unless given. */
  readonly id?: string;
  readonly name: string;
  readonly owner?: string | null;
  readonly settings: JsonObject;
}

/** What changes; what is left out stays. */
export interface AgentChange {
  readonly name?: string;
  readonly owner?: string | null;
  readonly settings?: JsonObject;
  /** The version that the author has seen: the change is refused when there is a newer one. */
  readonly version?: number;
  /** Account that makes the change. */
  readonly author?: string;
}

/** Which agents are wanted. */
export interface AgentFilter extends PageQuery<"name" | "created" | "updated"> {
  /** A piece of the name. */
  readonly search?: string;
  readonly owner?: string;
  readonly tag?: string;
  /** Those of these ids. */
  readonly ids?: readonly string[];
}

/** Snapshots of one agent; older ones go. */
const MAX_SNAPSHOTS = 100;

/** A list of agents, by name unless sorted otherwise. */
export async function listAgents(scope: StorageScope, filter: AgentFilter = {}): Promise<Page<AgentRecord>> {
  const { search, owner, tag, ids } = filter;
  let list = scope.db.selectFrom("agents");
  if (search) list = list.where(contains("name", search));
  if (owner !== undefined) list = list.where("owner", "=", owner);
  if (tag !== undefined) {
    list = list.where("id", "in", ({ selectFrom }) => selectFrom("agent_tags").select("agent").where("tag", "=", tag));
  }
  // PostgreSQL takes no empty list.
  if (ids) list = list.where("id", "in", ids.length === 0 ? [""] : ids);
  const order = { columns: ["name", "created", "updated"], order: "asc", key: "id" } as const;
  const page = await pageOf<Selectable<AgentsTable>, "name" | "created" | "updated">(scope, list, filter, order);
  return { ...page, rows: page.rows.map(toRecord) };
}

/** One agent; undefined when there is none. */
export async function getAgent({ db }: StorageScope, id: string): Promise<AgentRecord | undefined> {
  const row = await db.selectFrom("agents").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** Keeps a new agent. @throws StorageError `storage-conflict` when there is one with this id */
export async function createAgent({ db, clock }: StorageScope, agent: NewAgent): Promise<AgentRecord> {
  const { id = randomUUID(), name, owner = null, settings } = agent;
  const now = timeOf(clock);
  const row = { id, name, owner, settings: JSON.stringify(settings), version: 1, created: now, updated: now };
  await db.insertInto("agents").values(row).execute();
  return toRecord(row);
}

/**
 * Changes an agent, and keeps what it was before as a snapshot.
 *
 * @throws StorageError `storage-missing`, or `storage-conflict` when somebody else has changed it since `version`
 */
export async function updateAgent(scope: StorageScope, id: string, change: AgentChange): Promise<AgentRecord> {
  return inTransaction(scope, async (inner) => {
    const before = await getAgent(inner, id);
    if (!before) throw new StorageError("storage-missing", `storage-missing: there is no agent ${id}`);
    if (change.version !== undefined && change.version !== before.version) {
      const message = `storage-conflict: agent ${id} is at version ${before.version}, not ${change.version}`;
      throw new StorageError("storage-conflict", message);
    }
    const { author = null, version: _, ...values } = change;
    const after: AgentRecord = { ...before, ...values, version: before.version + 1, updated: timeOf(inner.clock) };
    await keepSnapshot(inner, before, author);
    const { name, owner, settings, version, updated } = after;
    await inner.db
      .updateTable("agents")
      .set({ name, owner, settings: JSON.stringify(settings), version, updated })
      .where("id", "=", id)
      .execute();
    return after;
  });
}

/** Removes an agent with all that is its own; its devices have none afterwards. Gives whether there was one. */
export async function removeAgent({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("agents").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

async function keepSnapshot(
  { db, clock }: StorageScope,
  { id, version, name, settings }: AgentRecord,
  author: string | null,
): Promise<void> {
  const row = { agent: id, version, name, settings: JSON.stringify(settings), author, created: timeOf(clock) };
  await db.insertInto("agent_snapshots").values(row).execute();
  const oldest = version - MAX_SNAPSHOTS;
  await db.deleteFrom("agent_snapshots").where("agent", "=", id).where("version", "<=", oldest).execute();
}

function toRecord(row: Selectable<AgentsTable>): AgentRecord {
  return { ...row, settings: JSON.parse(row.settings) as JsonObject };
}
