import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OTA_PATH } from "../../protocol/ota.ts";
import { createConsoleWorld } from "../host-server/fakes/console.ts";
import { fetchFrom } from "../host-server/fakes/http.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "./postgres-server.ts";

const programs = postgresPrograms();

describe("the console upon PostgreSQL", { skip: programs ? false : "PostgreSQL is not installed" }, () => {
  let server: PostgresServer;
  let world: Awaited<ReturnType<typeof createConsoleWorld>>;

  before(async () => {
    server = startPostgres(programs as string);
    const env = { XIAOZHI_CONSOLE_BINDING: "true" };
    world = await createConsoleWorld({ url: server.newDatabase(), env, more: { agentProviders: fakeProviders } });
  });
  after(async () => {
    await world?.close();
    server?.stop();
  });

  test("accounts, a device, an agent and firmware are what they are upon SQLite", async () => {
    const ada = await world.claim();
    assert.equal((await ada.ask("GET", "/api/me")).body.role, "administrator");
    assert.equal((await ada.ask("GET", "/api/setup")).body.needsFirstAccount, false);
    const grace = await world.invite(ada, "grace@home.lan");
    const enabled = await grace.ask("POST", "/api/auth/two-factor/enable", { password: "a long sentence" });
    assert.match(enabled.body.totpURI, /^otpauth:/);
    const { body: users } = await ada.ask("GET", "/api/users?sort=created&order=desc&search=HOME");
    assert.deepEqual([users.total, users.rows[0].email, users.rows[0].isBlocked], [2, "grace@home.lan", false]);
    assert.ok(Math.abs(users.rows[0].created - Date.now()) < 3_600_000);

    const headers = { "Device-Id": "AA:BB:CC:00:00:01", "Client-Id": "c" };
    const body = JSON.stringify({ application: { version: "1.0.0" }, board: { type: "esp-box" } });
    const told = await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers, body });
    const { code } = JSON.parse(told.text).activation;
    const agent = (await grace.ask("POST", "/api/agents", { name: "A", settings: { prompt: "A" }, tags: ["t"] })).body;
    const { body: device } = await grace.ask("POST", "/api/devices/bind", { code, agent: agent.id });
    assert.deepEqual([device.id, device.board, device.agent], ["aa:bb:cc:00:00:01", "esp-box", agent.id]);
    await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers, body });
    assert.equal((await grace.ask("GET", "/api/devices?online=false&search=aa:bb")).body.total, 1);
    assert.equal((await grace.ask("GET", "/api/sessions")).body.total, 0);
    const changed = await grace.ask("PATCH", `/api/agents/${agent.id}`, { settings: { prompt: "B" }, version: 1 });
    assert.equal(changed.body.version, 2);
    assert.equal((await grace.ask("GET", `/api/agents/${agent.id}/snapshots`)).body.length, 1);
    const { body: token } = await grace.ask("POST", "/api/tokens", { name: "t" });
    assert.equal((await world.visitor(token.token).ask("GET", "/api/me")).body.email, "grace@home.lan");
    assert.equal((await ada.ask("GET", "/api/firmware")).body.total, 0);
    assert.ok((await ada.ask("GET", "/api/audit?entity=agents")).body.total >= 2);
    assert.equal((await ada.ask("GET", "/api/server")).body.database, "postgres");
    assert.equal((await ada.ask("DELETE", `/api/users/${device.owner}`)).status, 200);
    assert.equal((await ada.ask("GET", `/api/agents/${agent.id}`)).body.owner, null);
    assert.equal((await world.visitor(token.token).ask("GET", "/api/me")).status, 401);
  });
});
