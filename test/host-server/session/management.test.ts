import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { openSocket } from "../fakes/http.ts";
import { createWorld, fakeProviders } from "../fakes/world.ts";

const SECRET = "the console's secret";
const ENV = { XIAOZHI_SERVER_SECRET: SECRET };
const CONSOLE = "6b1a7f3e-1c1e-4f0e-9a52-3c7f5f1f0a11";
const command = (action: string, secret: unknown = SECRET) => ({ type: "server", action, content: { secret } });

function createManagedWorld(env: Record<string, string>, changes: Record<string, string> = {}) {
  const restarts: number[] = [];
  const world = createWorld({}, env, "data", {
    readConfig: () =>
      loadConfig({ path: "no-such-file.yaml", env: { ...env, ...changes }, providers: fakeProviders }).config,
    restart: () => restarts.push(world.clock.now()),
  });
  return { ...world, restarts };
}

async function answersTo(world: ReturnType<typeof createManagedWorld>, ...messages: object[]): Promise<JsonObject[]> {
  const device = await world.connect();
  for (const message of messages) device.send(message);
  await world.clock.advance(10);
  assert.equal(device.closedAt, undefined);
  return device.messages.slice(1);
}

test("without a secret in the configuration management is ignored", async () => {
  assert.deepEqual(await answersTo(createManagedWorld({}), command("update_config"), command("restart", "")), []);
});

test("a wrong secret, or none, is an error without content", async () => {
  const messages = [command("update_config", "wrong"), command("restart", 7), { type: "server", action: "restart" }];
  for (const answer of await answersTo(createManagedWorld(ENV), ...messages)) {
    assert.deepEqual(Object.keys(answer), ["type", "status", "message"]);
    assert.equal(answer["status"], "error");
  }
});

test("update_config reads the file again: what can change does, and the rest is named", async () => {
  const world = createManagedWorld(ENV, {
    XIAOZHI_PROMPT: "You are a pirate.",
    XIAOZHI_ENABLE_WEBSOCKET_PING: "true",
    XIAOZHI_SERVER_PORT: "9000",
    XIAOZHI_SERVER_AUTH_ENABLED: "true",
  });
  const [answer] = await answersTo(world, command("update_config"));
  assert.equal(
    JSON.stringify(answer),
    JSON.stringify({
      type: "server",
      status: "success",
      message: "配置更新成功",
      content: { action: "update_config" },
    }),
  );
  const line = world.log.find(({ msg }) => String(msg).startsWith("configuration read anew"));
  assert.deepEqual(line?.["applied"], ["enable_websocket_ping", "prompt", "server.auth.enabled"]);
  assert.deepEqual(line?.["waiting"], ["server.port"]);
  const device = await world.connect();
  device.send({ type: "ping" });
  device.detect("hello");
  await world.clock.advance(3_000);
  assert.ok(device.messages.some(({ type }) => type === "pong"));
  assert.equal(world.stages.asked.at(-1)?.messages[0]?.content, "You are a pirate.");
  const stranger = await openSocket(world.server, "/", { "device-id": "11:22:33:44:55:66" });
  assert.equal(await stranger.closed, 1000);
});

test("a configuration that is wrong changes nothing and says why", async () => {
  const world = createManagedWorld(ENV, { XIAOZHI_TOOL_CALL_TIMEOUT: "soon", XIAOZHI_PROMPT: "x" });
  const [answer] = await answersTo(world, command("update_config"));
  assert.equal(answer?.["status"], "error");
  assert.match(String(answer?.["message"]), /tool_call_timeout/);
  assert.deepEqual(answer?.["content"], { action: "update_config" });
});

test("restart is off by default, and happens a second later where it is allowed", async () => {
  const closed = createManagedWorld(ENV);
  const [refusal] = await answersTo(closed, command("restart"));
  assert.equal(refusal?.["status"], "error");
  await closed.clock.advance(5_000);
  assert.deepEqual(closed.restarts, []);
  const open = createManagedWorld({ ...ENV, XIAOZHI_SERVER_ALLOW_RESTART: "true" });
  const [answer] = await answersTo(open, command("restart"));
  assert.deepEqual([answer?.["status"], answer?.["content"]], ["success", { action: "restart" }]);
  assert.deepEqual(open.restarts, []);
  await open.clock.advance(1_000);
  assert.equal(open.restarts.length, 1);
});

test("a console without a token, with a random UUID for its address, is let in for management alone", async () => {
  const world = createManagedWorld({ ...ENV, XIAOZHI_SERVER_AUTH_ENABLED: "true" });
  const visit = await openSocket(world.server, "/xiaozhi/v1/", { "device-id": CONSOLE });
  visit.socket.send(JSON.stringify(command("update_config")));
  await world.clock.advance(10);
  assert.equal(JSON.parse(visit.texts[0] ?? "").status, "success");
  assert.equal(world.server.sessionCount, 0);
  visit.socket.send('{"type":"hello"}');
  assert.equal(await visit.closed, 1000, "it cannot talk");
  const wrong = await openSocket(world.server, "/xiaozhi/v1/", { "device-id": CONSOLE });
  wrong.socket.send(JSON.stringify(command("update_config", "guess")));
  assert.equal(await wrong.closed, 1000);
  assert.equal(JSON.parse(wrong.texts[0] ?? "").status, "error");
  const idle = await openSocket(world.server, "/xiaozhi/v1/", { "device-id": CONSOLE });
  await world.clock.advance(30_000);
  assert.equal(await idle.closed, 1000);
});

test("where there is no secret, a UUID without a token stays outside", async () => {
  const world = createManagedWorld({ XIAOZHI_SERVER_AUTH_ENABLED: "true" });
  const { texts, closed } = await openSocket(world.server, "/xiaozhi/v1/", { "device-id": CONSOLE });
  assert.equal(await closed, 1000);
  assert.deepEqual(texts, ["认证失败"]);
});
