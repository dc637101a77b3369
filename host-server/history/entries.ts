import { deviceKey } from "../storage/devices.ts";
import { addMessages, type NewMessage } from "../storage/messages.ts";
import type { StorageScope } from "../storage/storage.ts";

/** A session that history is kept of. */
export interface HistorySession {
  readonly id: string;
  readonly device: string;
  readonly agent: string | null;
}

/** Something to be written. */
export type HistoryEntry =
  | { readonly type: "seen"; readonly device: string; readonly at: number }
  | { readonly type: "begin"; readonly session: HistorySession; readonly at: number }
  | { readonly type: "turn"; readonly session: string; readonly messages: readonly NewMessage[] }
  | { readonly type: "end"; readonly session: string; readonly at: number };

/** Writes entries, sorts together: few statements for many of them. @throws StorageError */
export async function keepEntries(scope: StorageScope, entries: readonly HistoryEntry[]): Promise<void> {
  const { db } = scope;
  const sessions = entries.flatMap((entry) => (entry.type === "begin" ? [rowOf(entry)] : []));
  // What is written again after a connection was lost is there already.
  if (sessions.length > 0) {
    await db
      .insertInto("sessions")
      .values(sessions)
      .onConflict((known) => known.column("id").doNothing())
      .execute();
  }
  await addMessages(
    scope,
    entries.flatMap((entry) => (entry.type === "turn" ? entry.messages : [])),
  );
  const turns = new Map<string, number>();
  for (const entry of entries) if (entry.type === "turn") turns.set(entry.session, (turns.get(entry.session) ?? 0) + 1);
  for (const [id, count] of turns) {
    const more = db.updateTable("sessions").set(({ eb }) => ({ turns: eb("turns", "+", count) }));
    await more.where("id", "=", id).execute();
  }
  for (const entry of entries) {
    if (entry.type !== "end") continue;
    await db
      .updateTable("sessions")
      .set({ ended: Math.floor(entry.at) })
      .where("id", "=", entry.session)
      .execute();
  }
}

function rowOf({ session: { id, device, agent }, at }: Extract<HistoryEntry, { readonly type: "begin" }>) {
  return { id, device: deviceKey(device), agent, title: "", turns: 0, started: Math.floor(at), ended: null };
}
