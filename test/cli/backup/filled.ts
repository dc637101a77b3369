import { sql } from "kysely";
import { createAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { dumpTables } from "../../../host-server/storage/dump/read.ts";
import { createDocument } from "../../../host-server/storage/knowledge.ts";
import { setGroups, setTags } from "../../../host-server/storage/labels.ts";
import { addMessages } from "../../../host-server/storage/messages.ts";
import { setParameter } from "../../../host-server/storage/parameters.ts";
import type { Storage } from "../../../host-server/storage/storage.ts";

const DEVICE = "aa:bb:cc:dd:ee:ff";

/** Something of most sorts: names with quotes, texts in Chinese, bytes, flags, times, and more rows than a page has. */
export async function fillStorage(storage: Storage): Promise<void> {
  const { id: agent } = await createAgent(storage, { name: `O'Brien "the" 厨师`, settings: { prompt: "你是厨师。" } });
  await setTags(storage, agent, ["kitchen"]);
  await createDevice(storage, DEVICE, { alias: "Kitchen", agent, updates: false });
  await setGroups(storage, DEVICE, ["lab"]);
  const session = { id: "session", device: DEVICE, agent, title: "", turns: 1, started: 5, ended: null };
  await storage.db.insertInto("sessions").values(session).execute();
  const said = { session: "session", device: DEVICE, agent, role: "user", at: 1_790_000_000_000 } as const;
  const many = Array.from({ length: 1_300 }, (_, n) => ({ ...said, text: `message ${n}`, detail: { n } }));
  const sound = { type: "audio/ogg", data: Uint8Array.of(0, 255, 7) };
  await addMessages(storage, [...many, { ...said, text: "你好，小智", audio: sound }]);
  await createDocument(storage, { name: "Manual", passages: [{ heading: "Tea", text: "Fill the kettle." }] });
  await setParameter(storage, "server.name", { value: "x" });
  const moment = storage.engine === "postgres" ? new Date(1_790_000_000_000) : "2026-09-21T14:13:20.000Z";
  const flag = storage.engine === "postgres" ? false : 0;
  await sql`insert into users (id, name, email, "emailVerified", role, blocked, "createdAt", "updatedAt")
    values ('u', 'Ann', 'ann@example.org', ${flag}, 'administrator', ${flag}, ${moment}, ${moment})`.execute(
    storage.db,
  );
}

/** Every row of every table. */
export async function allRows(storage: Storage): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  const begun = async () => {};
  await dumpTables(storage, begun, async ({ table, rows }) => {
    tables[table] = [...(tables[table] ?? []), ...rows];
  });
  return tables;
}
