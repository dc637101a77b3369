import type { JsonObject } from "../../protocol/json.ts";
import { type AgentRecord, updateAgent } from "./agents.ts";
import { StorageError } from "./errors.ts";
import type { StorageScope } from "./storage.ts";

/** What an agent was, until a change. */
export interface AgentSnapshot {
  readonly version: number;
  readonly name: string;
  readonly settings: JsonObject;
  /** Account that made the change; null when it is not known. */
  readonly author: string | null;
  readonly created: number;
}

/** What an agent was before, the newest first. */
export async function listSnapshots({ db }: StorageScope, agent: string): Promise<readonly AgentSnapshot[]> {
  const rows = await db
    .selectFrom("agent_snapshots")
    .select(["version", "name", "settings", "author", "created"])
    .where("agent", "=", agent)
    .orderBy("version", "desc")
    .execute();
  return rows.map((row) => ({ ...row, settings: JSON.parse(row.settings) as JsonObject }));
}

/**
 * Makes an agent what it was in this version, as a new version.
 *
 * @throws StorageError `storage-missing` when there is no such version
 */
export async function restoreSnapshot(
  scope: StorageScope,
  agent: string,
  version: number,
  author?: string,
): Promise<AgentRecord> {
  const found = (await listSnapshots(scope, agent)).find((snapshot) => snapshot.version === version);
  if (!found) throw new StorageError("storage-missing", `storage-missing: agent ${agent} has no version ${version}`);
  const { name, settings } = found;
  return updateAgent(scope, agent, { name, settings, ...(author !== undefined && { author }) });
}
