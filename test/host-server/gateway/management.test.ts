import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { isDailyKey } from "../../../host-server/gateway/management/daily-key.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { fetchFrom } from "../fakes/http.ts";
import { createMqttWorld } from "../fakes/mqtt-world.ts";

const SECRET = "AbcdefghKEY";
const DAY = 24 * 60 * 60 * 1000;
const ID = "GID_esp_box@@@11_22_33_44_55_66@@@11_22_33_44_55_66";

function keyFor(ms: number): string {
  const date = new Date(ms).toISOString().slice(0, 10);
  return createHash("sha256").update(`${date}${SECRET}`).digest("hex");
}

function createApiWorld() {
  const world = createMqttWorld();
  const call = async (path: string, body: unknown, authorization = `Bearer ${keyFor(world.clock.now())}`) => {
    const answer = fetchFrom(world.server, "api", path, {
      method: "POST",
      headers: { authorization },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const { status, text } = await world.clock.run(answer);
    return { status, body: JSON.parse(text) as JsonObject };
  };
  return { ...world, call };
}

const LIST = { type: "mcp", payload: { method: "tools/list", params: { withUserTools: true }, id: 77 } };

test("the daily key is that of yesterday, today or tomorrow, and nothing else", () => {
  const now = Date.UTC(2026, 6, 1, 23, 59);
  for (const days of [-1, 0, 1]) assert.equal(isDailyKey(keyFor(now + days * DAY), SECRET, now), true);
  for (const days of [-2, 2]) assert.equal(isDailyKey(keyFor(now + days * DAY), SECRET, now), false);
  fc.assert(fc.property(fc.string(), (token) => !isDailyKey(token, SECRET, now)));
});

test("without today's key everything is refused", async () => {
  const { call, stop } = createApiWorld();
  for (const authorization of ["", "Bearer ", "Bearer x", keyFor(0), `Basic ${keyFor(Date.now())}`]) {
    assert.equal((await call(`/api/commands/${ID}`, LIST, authorization)).status, 401);
  }
  await stop();
});

test("a command reaches the device with an id of our own, and its answer comes back", async () => {
  const { call, login, stop } = createApiWorld();
  const device = await login();
  const asked: JsonObject[] = [];
  device.answer = (request) => {
    asked.push(request);
    return { tools: [] };
  };
  const path = `/api/commands/${encodeURIComponent(ID)}`;
  assert.deepEqual(await call(path, LIST), { status: 200, body: { success: true, data: { tools: [] } } });
  const { id, method, params } = asked.at(-1) as JsonObject;
  assert.ok(Number(id) > 10_000);
  assert.deepEqual([method, params], ["tools/list", { withUserTools: true }]);
  await stop();
});

test("a device that is away, refuses, or is silent: the answer says so", async () => {
  const { call, login, stop } = createApiWorld();
  const path = `/api/commands/${encodeURIComponent(ID)}`;
  const failure = (error: string) => ({ status: 500, body: { success: false, error } });
  assert.deepEqual(await call(path, LIST), failure("the device is not connected"));
  const device = await login();
  device.answer = () => undefined;
  assert.deepEqual(await call(path, LIST), failure("timeout"));
  device.answer = ({ id }) => {
    device.send({ type: "mcp", payload: { jsonrpc: "2.0", id, error: { code: -32601, message: "Unknown tool: x" } } });
    return undefined;
  };
  assert.deepEqual(await call(path, LIST), failure("Unknown tool: x"));
  await stop();
});

test("status tells who is connected and who is in a session", async () => {
  const { call, converse, clock, stop } = createApiWorld();
  const { device } = await converse();
  const clientIds = [ID, "away"];
  const status = async () => (await call("/api/devices/status", { clientIds })).body;
  assert.deepEqual(await status(), {
    [ID]: { isAlive: true, exists: true },
    away: { isAlive: false, exists: false },
  });
  device.send({ type: "goodbye" });
  await clock.advance(20);
  assert.deepEqual((await status())[ID], { isAlive: false, exists: true });
  device.stream.destroy();
  await clock.advance(20);
  assert.deepEqual((await status())[ID], { isAlive: false, exists: false });
  await stop();
});

test("one command for several devices, or for a group, has a result for each", async () => {
  const { call, login, clock, stop } = createApiWorld();
  const first = await login();
  const second = await login({}, "aa:aa:aa:aa:aa:aa");
  first.answer = () => ({ content: [] });
  second.answer = () => undefined;
  const other = ID.replaceAll("11_22_33_44_55_66", "aa_aa_aa_aa_aa_aa");
  const command = { type: "mcp", payload: { method: "tools/call", params: { name: "self.lamp.on" } } };
  const { body } = await call("/api/devices/commands", { clientIds: [ID, other, "away"], ...command });
  assert.deepEqual(body["results"], {
    [ID]: { success: true, data: { content: [] } },
    [other]: { success: false, error: "timeout" },
    away: { success: false, error: "the device is not connected" },
  });
  await call("/api/devices/commands", { group: "GID_esp_box", type: "reboot" });
  await call("/api/devices/commands", { group: "GID_other", type: "alert", status: "Note", message: "no" });
  await call("/api/devices/commands", { group: "GID_esp_box", type: "alert", status: "Note", message: "Dinner" });
  await clock.advance(20);
  for (const device of [first, second]) {
    assert.deepEqual(device.of("system"), [{ type: "system", command: "reboot" }]);
    assert.deepEqual(device.of("alert"), [{ type: "alert", status: "Note", message: "Dinner", emotion: "neutral" }]);
  }
  await stop();
});

test("any body gets an answer in JSON, and what is wrong is named", async () => {
  const { call, login, stop } = createApiWorld();
  const device = await login();
  device.answer = () => ({});
  for (const [path, body, error] of [
    ["/api/commands/x", "{", /json-invalid/],
    ["/api/commands/x", [], /request/],
    ["/api/commands/x", { type: "shell" }, /command\.type/],
    ["/api/commands/x", { type: "mcp", payload: { method: 1 } }, /payload\.method/],
    ["/api/devices/status", { clientIds: "x" }, /clientIds/],
    ["/api/devices/status", { clientIds: [1] }, /clientIds/],
    ["/api/devices/commands", { type: "reboot" }, /clientIds/],
  ] as const) {
    const answer = await call(path, body);
    assert.equal(answer.status, 400);
    assert.match(String(answer.body["error"]), error);
  }
  const paths = fc.constantFrom(
    `/api/commands/${encodeURIComponent(ID)}`,
    "/api/devices/status",
    "/api/devices/commands",
  );
  await fc.assert(
    fc.asyncProperty(paths, fc.oneof(fc.json(), fc.string()), async (path, body) => {
      const { status } = await call(path, body);
      assert.ok([200, 400, 500].includes(status));
    }),
    { numRuns: 40 },
  );
  await stop();
});

test("figures for Prometheus", async () => {
  const { server, converse, login, stop } = createApiWorld();
  await converse();
  await login({ password: "wrong" });
  const { text } = await fetchFrom(server, "api", "/metrics");
  for (const line of ["devices 1", "sessions 1", "refused_logins_total 1", "stray_datagrams_total 0"]) {
    assert.ok(text.includes(`xiaozhi_gateway_${line}\n`), line);
  }
  await stop();
});
