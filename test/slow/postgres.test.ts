import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { run as backUp } from "../../cli/backup/backup.ts";
import { run as restore } from "../../cli/backup/restore.ts";
import { systemClock } from "../../host-server/clock.ts";
import { createLog } from "../../host-server/log.ts";
import { createAgent, listAgents } from "../../host-server/storage/agents.ts";
import { addMessages, listMessages } from "../../host-server/storage/messages.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
import { allRows, fillStorage } from "../cli/backup/filled.ts";
import { storageSuite } from "../host-server/storage/suite.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "./postgres-server.ts";

const log = createLog({ level: "silent" });
const programs = postgresPrograms();

describe("storage in PostgreSQL", { skip: programs ? false : "PostgreSQL is not installed" }, () => {
  let server: PostgresServer;
  const open = (url: string) => openStorage({ url, file: "", clock: systemClock, log });

  before(() => {
    server = startPostgres(programs as string);
  });

  after(() => server?.stop());

  storageSuite(() => open(server.newDatabase()));

  test("two servers that start together make the tables once", async () => {
    const url = server.newDatabase();
    const [one, other] = await Promise.all([open(url), open(url)]);
    await createAgent(one, { name: "A", settings: {} });
    assert.equal((await listAgents(other)).total, 1);
    await Promise.all([one.close(), other.close()]);
  });

  test("a database that is lost and comes back is used again, with all that was committed", async () => {
    const storage = await open(server.newDatabase());
    await createAgent(storage, { name: "Before", settings: {} });
    server.kill();
    await assert.rejects(listAgents(storage), /storage-(lost|unreachable)/);
    server.start();
    assert.equal((await listAgents(storage)).rows[0]?.name, "Before");
    await storage.close();
  });

  test("a backup goes from SQLite to PostgreSQL and back, and nothing is lost on the way", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "xiaozhi-backup-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    t.mock.method(console, "log", () => {});
    const configOf = (name: string, url: string) => {
      if (url === "") delete process.env["XIAOZHI_DATABASE_URL"];
      else process.env["XIAOZHI_DATABASE_URL"] = url;
      return join(folder, name, ".config.yaml");
    };
    t.after(() => delete process.env["XIAOZHI_DATABASE_URL"]);
    mkdirSync(join(folder, "one"));
    const file = join(folder, "one", "xiaozhi.db");
    const first = await openStorage({ url: "", file, clock: systemClock, log });
    await fillStorage(first);
    const wanted = await allRows(first);
    await first.close();
    const url = server.newDatabase();
    await backUp([join(folder, "1.tar.gz"), "--config", configOf("one", "")]);
    await restore([join(folder, "1.tar.gz"), "--config", configOf("two", url)]);
    const middle = await open(url);
    assert.equal((await listMessages(middle, { search: "你好" })).total, 1);
    const [id = 0] = await addMessages(middle, [
      { session: "session", device: "x", agent: null, role: "user", text: "next", at: 0 },
    ]);
    assert.ok(id > 1_301, "ids go on after those that were restored");
    await middle.db.deleteFrom("messages").where("id", "=", id).execute();
    await middle.close();
    await backUp([join(folder, "2.tar.gz"), "--config", configOf("two", url)]);
    await restore([join(folder, "2.tar.gz"), "--config", configOf("three", "")]);
    const last = await openStorage({ url: "", file: join(folder, "three", "xiaozhi.db"), clock: systemClock, log });
    assert.deepEqual(await allRows(last), wanted);
    await last.close();
  });

  test("a database that is not there is named", async () => {
    await assert.rejects(
      open("postgresql://xiaozhi@127.0.0.1:1/none"),
      /storage-unreachable: PostgreSQL: .*ECONNREFUSED/,
    );
  });
});
