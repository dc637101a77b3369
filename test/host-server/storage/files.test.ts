import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { systemClock } from "../../../host-server/clock.ts";
import { createLog } from "../../../host-server/log.ts";
import { createAgent, listAgents } from "../../../host-server/storage/agents.ts";
import { MIGRATIONS } from "../../../host-server/storage/migrations/list.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";

const log = createLog({ level: "silent" });
const folder = mkdtempSync(join(tmpdir(), "xiaozhi-storage-"));

after(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string) => openStorage({ url: "", file: join(folder, name), clock: systemClock, log });

test("every migration is a file, and they run in the order of their names", () => {
  const files = globSync("host-server/storage/migrations/[0-9]*.ts").map((file) => basename(file, ".ts"));
  assert.deepEqual(Object.keys(MIGRATIONS), files.sort());
});

test("what was kept is there at the next start", async () => {
  const storage = await open("new/folder/xiaozhi.db");
  await createAgent(storage, { name: "A", settings: {} });
  await storage.close();
  const again = await open("new/folder/xiaozhi.db");
  assert.deepEqual(
    (await listAgents(again)).rows.map(({ name }) => name),
    ["A"],
  );
  await again.close();
  await assert.rejects(listAgents(again));
});

test("tables that a newer version has changed are left alone", async () => {
  const storage = await open("newer.db");
  await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2099')`.execute(storage.db);
  await storage.close();
  await assert.rejects(open("newer.db"), /^StorageError: storage-newer: a newer version of this server/);
});

test("a file that is no database, or cannot be made, is named", async () => {
  writeFileSync(join(folder, "notes.txt"), "Dear diary, ".repeat(1000));
  await assert.rejects(open("notes.txt"), /storage-damaged: .*notes\.txt/);
  await assert.rejects(open("notes.txt/xiaozhi.db"), /storage-failed: .*notes\.txt/);
});
