import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { isDailyKey } from "../../../host-server/gateway/management/daily-key.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { fetchFrom } from "../fakes/http.ts";
import { FakeAudioSocket } from "../fakes/mqtt.ts";
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
  for (const name of ["11:22:33:44:55:66", "11_22_33_44_55_66"]) {
    assert.equal((await call(`/api/commands/${encodeURIComponent(name)}`, LIST)).status, 200, "by its address, too");
  }
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

test("say: a device at rest is called, speaks, and rests again or listens; one in a session speaks there", async () => {
  const { call, login, clock, server, stop } = createApiWorld();
  const device = await login();
  const frames: number[] = [];
  let session: { audio: FakeAudioSocket; id: unknown } | undefined;
  const comeWhenCalled = () => {
    clock.schedule(20, () => device.hello());
    clock.schedule(40, () => {
      const hello = device.of("hello").at(-1) ?? {};
      session = { audio: new FakeAudioSocket(server, hello), id: hello["session_id"] };
      session.audio.send(Uint8Array.of(0x58));
      device.send({ type: "speak_ready", state: "ready", session_id: session.id });
    });
  };
  for (const listen of [false, true]) {
    comeWhenCalled();
    const order = { group: "GID_esp_box", type: "say", text: "Dinner is ready.", listen };
    const { body } = await call("/api/devices/commands", order);
    assert.deepEqual(body["results"], { [ID]: { success: true, data: null } });
    await clock.advance(20);
    const { audio, id } = session ?? {};
    assert.equal(device.of("speak_request").at(-1)?.["text"], "Dinner is ready.");
    frames.push(audio?.received.length ?? 0);
    const tts = device.of("tts").filter(({ session_id }) => session_id === id);
    assert.deepEqual(
      tts.map(({ state, text }) => text ?? state),
      ["start", "Dinner is ready", "stop"],
    );
    assert.equal(device.of("goodbye").filter(({ session_id }) => session_id === id).length, listen ? 0 : 1);
  }
  assert.ok(frames.every((count) => count > 0));
  assert.equal(server.sessionCount, 1);
  const requests = device.of("speak_request").length;
  await call(`/api/commands/${encodeURIComponent(ID)}`, { type: "say", text: "Once more." });
  assert.equal(device.of("tts").at(-2)?.["text"], "Once more");
  assert.equal(device.of("speak_request").length, requests, "who is in a session need not be called");
  await stop();
});

test("notify: one device, several, or a group get it as devices know it; what is wrong with it is named", async () => {
  const { call, login, clock, stop } = createApiWorld();
  const device = await login();
  const notify = { type: "notify", audio_url: "https://sounds.test/a.ogg" };
  const subtitles = [{ start_ms: 0, text: "Dinner" }];
  const path = `/api/commands/${encodeURIComponent(ID)}`;
  assert.deepEqual(await call(path, notify), { status: 200, body: { success: true, data: null } });
  await call("/api/devices/commands", { clientIds: [ID, "away"], ...notify, subtitles });
  await call("/api/devices/commands", { group: "GID_esp_box", ...notify, session_id: "s1" });
  await clock.advance(20);
  assert.deepEqual(device.of("notify"), [notify, { ...notify, subtitles }, notify]);
  for (const [changes, error] of [
    [{ audio_url: "file:///etc/passwd" }, /request\.audio_url/],
    [{ audio_url: 1 }, /request\.audio_url/],
    [{ subtitles: [{ start_ms: -1, text: "x" }] }, /request\.subtitles\.0\.start_ms/],
    [{ subtitles: Array(200).fill(subtitles[0]) }, /request\.subtitles/],
  ] as const) {
    const { status, body } = await call(path, { ...notify, ...changes });
    assert.equal(status, 400);
    assert.match(String(body["error"]), error);
  }
  assert.equal(device.of("notify").length, 3);
  await stop();
});

test("say: a device that does not come, or leaves, is named", async () => {
  const { call, login, clock, stop } = createApiWorld();
  const device = await login();
  const say = () => call(`/api/commands/${encodeURIComponent(ID)}`, { type: "say", text: "Hi." });
  assert.match(String((await say()).body["error"]), /device-busy/);
  const saying = say();
  clock.schedule(100, () => device.stream.destroy());
  assert.match(String((await saying).body["error"]), /device-gone/);
  await stop();
});

test("any body gets an answer in JSON, and what is wrong is named", async () => {
  const { call, login, stop } = createApiWorld();
  const device = await login();
  device.answer = () => ({});
  for (const [path, body, error] of [
    ["/api/commands/x", "{", /json-invalid/],
    ["/api/commands/x", [], /request/],
    ["/api/commands/x", { type: "shell" }, /request\.type/],
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

test("the API describes itself, every route of it, and each is there", async () => {
  const { server, call, stop } = createApiWorld();
  const { text } = await fetchFrom(server, "api", "/openapi.json");
  const { openapi, paths, components } = JSON.parse(text);
  assert.equal(openapi, "3.0.0");
  assert.equal(components.securitySchemes.keyOfTheDay.scheme, "bearer");
  assert.deepEqual(Object.keys(paths).sort(), [
    "/api/call/accept",
    "/api/call/request",
    "/api/commands/{clientId}",
    "/api/devices/commands",
    "/api/devices/status",
  ]);
  for (const path of Object.keys(paths)) {
    assert.notEqual((await call(path.replace("{clientId}", ID), {})).status, 404, path);
    assert.ok(paths[path].post.requestBody.content["application/json"].schema, path);
  }
  const { schema } = paths["/api/commands/{clientId}"].post.requestBody.content["application/json"];
  const types = schema.oneOf.map(
    ({ properties }: never) => (properties as Record<string, JsonObject>)["type"]?.["enum"],
  );
  assert.deepEqual(types.flat(), ["mcp", "say", "notify", "reboot", "alert"], "what is parsed is what is described");
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
