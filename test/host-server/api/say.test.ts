import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fetchFrom } from "../fakes/http.ts";
import { createMqttWorld, MAC } from "../fakes/mqtt-world.ts";
import type { Script } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const KEY = "a key of the house";
const ENV = { XIAOZHI_SERVER_AUTH_KEY: KEY };

function createApiWorld(script: Script = {}, env: Record<string, string> = ENV) {
  return withSay(createWorld(script, env));
}

function withSay<W extends Pick<ReturnType<typeof createWorld>, "server" | "clock">>(world: W) {
  const ask = async (id: string, body: unknown, authorization = `Bearer ${KEY}`) => {
    const path = `/api/devices/${encodeURIComponent(id)}/say`;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetchFrom(world.server, "http", path, {
      method: "POST",
      headers: { authorization },
      body: text,
    });
    return {
      status: answer.status,
      body: JSON.parse(answer.text) as { success: boolean; code?: string; error?: string },
    };
  };
  const say = (...request: Parameters<typeof ask>) => world.clock.run(ask(...request));
  return { ...world, ask, say };
}

test("a connected device says what it is told, and the answer comes when it has been said", async () => {
  const { connect, say } = createApiWorld();
  const device = await connect();
  assert.deepEqual(await say(MAC, { text: "Dinner is ready." }), { status: 200, body: { success: true } });
  assert.deepEqual(device.trace.slice(1), ["tts start", "sentence Dinner is ready", "frames", "tts stop"]);
});

test("the id may be written as in MQTT topics, or in capitals", async () => {
  const { connect, say } = createApiWorld();
  const device = await connect({ id: "aa:bb:cc:dd:ee:ff" });
  assert.equal((await say("AA:BB:CC:DD:EE:FF", { text: "One." })).status, 200);
  assert.equal((await say("aa_bb_cc_dd_ee_ff", { text: "Two." })).status, 200);
  assert.deepEqual(
    device.trace.filter((line) => line.startsWith("sentence")),
    ["sentence One", "sentence Two"],
  );
});

test("a device on MQTT is called for it, and rests again", async () => {
  const { login, say, stop, clock } = withSay(createMqttWorld({}, ENV));
  const device = await login();
  clock.schedule(500, () => device.hello());
  clock.schedule(1_000, () => device.send({ type: "speak_ready", state: "ready" }));
  assert.equal((await say(MAC, { text: "Dinner is ready." })).status, 200);
  assert.equal(device.of("speak_request")[0]?.["text"], "Dinner is ready.");
  await clock.advance(20);
  assert.deepEqual(
    device.of("tts").map(({ state }) => state),
    ["start", "sentence_start", "stop"],
  );
  assert.equal(device.of("goodbye").length, 1);
  await stop();
});

test("a device that does not come is an error that names it", async () => {
  const { login, say, stop } = withSay(createMqttWorld({}, ENV));
  await login();
  const { status, body } = await say(MAC, { text: "Hello?" });
  assert.deepEqual([status, body.code], [503, "device-busy"]);
  await stop();
});

test("a stranger is unknown, and a device that has left is offline", async () => {
  const { connect, say } = createApiWorld();
  assert.deepEqual(await say(MAC, { text: "Hi." }), {
    status: 404,
    body: { success: false, code: "device-unknown", error: `device-unknown: ${MAC}` },
  });
  (await connect()).close();
  assert.deepEqual(await say(MAC, { text: "Hi." }), {
    status: 409,
    body: { success: false, code: "device-offline", error: `device-offline: ${MAC} is not connected` },
  });
});

test("a wrong body is refused by name", async () => {
  const { connect, say, clock } = createApiWorld({}, { ...ENV, XIAOZHI_LIMITS_SAY_CHARACTERS: "20" });
  const device = await connect();
  const cases: [body: unknown, status: number, error: RegExp][] = [
    ["", 400, /^body-invalid: body: /],
    ["{", 400, /^body-invalid: body: /],
    [[], 400, /^body-invalid: body: /],
    [{}, 400, /^body-invalid: body\.text: /],
    [{ text: 7 }, 400, /^body-invalid: body\.text: /],
    [{ text: "  " }, 400, /^body-invalid: body\.text: /],
    [{ text: "Hi.", voice: "x" }, 400, /^body-invalid: body: .*voice/],
    [{ text: "This text has more than twenty characters." }, 400, /^body-invalid: body\.text: .*20/],
    [{ text: "x".repeat(70_000) }, 413, /^body-too-large: /],
  ];
  for (const [body, status, error] of cases) {
    const answer = await say(MAC, body);
    assert.equal(answer.status, status);
    assert.match(answer.body.error ?? "", error);
  }
  await clock.advance(1_000);
  assert.deepEqual(device.trace, ["hello"]);
});

test("without the key of the server nothing is said", async () => {
  const { connect, say } = createApiWorld();
  const device = await connect();
  for (const authorization of ["", "Bearer ", `Bearer ${KEY}x`, `Bearer ${KEY.slice(1)}`, KEY, `Basic ${KEY}`]) {
    const { status, body } = await say(MAC, { text: "Hi." }, authorization);
    assert.deepEqual([status, body.code], [401, "unauthorized"], authorization);
  }
  assert.deepEqual(device.trace, ["hello"]);
});

test("a server without a key keeps the API closed", async () => {
  const { connect, say } = createApiWorld({}, {});
  await connect();
  const { status, body } = await say(MAC, { text: "Hi." }, "Bearer ");
  assert.deepEqual([status, body.code], [403, "api-closed"]);
});

test("more texts than a device can get through are refused", async () => {
  const { connect, ask, clock } = createApiWorld();
  await connect();
  const answers = Promise.all(Array.from({ length: 12 }, () => ask(MAC, { text: "A long sentence to be said." })));
  const statuses = (await clock.run(answers)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 8);
  assert.equal(statuses.filter((status) => status === 429).length, 4);
});

test("no body and no id does harm", async () => {
  const { say } = createApiWorld();
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.json()), async (id, body) => {
      const { status, body: answer } = await say(id.replaceAll(".", "x"), body);
      assert.ok([400, 404].includes(status), `${status}`);
      assert.equal(answer.success, false);
    }),
    { numRuns: 50 },
  );
});

test("the API describes itself, for programs and for people", async () => {
  const { server } = createApiWorld();
  const json = await fetchFrom(server, "http", "/openapi.json");
  const { paths } = JSON.parse(json.text);
  assert.deepEqual(Object.keys(paths["/api/devices/{id}/say"].post.responses), [
    ..."200 400 401 403 404 409 413 429 503".split(" "),
  ]);
  for (const [path, methods] of Object.entries(paths as Record<string, object>)) {
    const method = Object.keys(methods)[0]?.toUpperCase() ?? "";
    const { status } = await fetchFrom(server, "http", path.replace(/\{\w+\}/, "x"), { method });
    // What is described is there: with the key of the API, a start, and a file that exists, it would be served.
    const isThere = path === "/readyz" ? status === 503 : [200, 401].includes(status);
    assert.ok(isThere || path.includes("download"), `${method} ${path}: ${status}`);
  }
  const page = await fetchFrom(server, "http", "/docs");
  assert.match(page.headers["content-type"] ?? "", /^text\/html/);
  assert.match(page.text, /POST \/api\/devices\/\{id\}\/say/);
  assert.doesNotMatch(page.text, /https?:\/\//, "the page loads nothing from elsewhere");
});

test("of a device's sessions the newest stays", async () => {
  const { connect, say, server, log } = createApiWorld();
  const older = await connect();
  const newer = await connect();
  assert.notEqual(older.closedAt, undefined);
  assert.equal(server.sessionCount, 1);
  assert.equal(log.filter(({ msg }) => msg === "the device has a newer session").length, 1);
  assert.equal((await say(MAC, { text: "Hi." })).status, 200);
  assert.equal(newer.trace.at(-1), "tts stop");
});
