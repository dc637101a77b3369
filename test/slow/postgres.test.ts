import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../host-server/clock.ts";
import { createLog } from "../../host-server/log.ts";
import { createAgent, listAgents } from "../../host-server/storage/agents.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
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

  test("a database that is not there is named", async () => {
    await assert.rejects(
      open("postgresql://xiaozhi@127.0.0.1:1/none"),
      /storage-unreachable: PostgreSQL: .*ECONNREFUSED/,
    );
  });
});
