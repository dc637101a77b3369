import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../../protocol/json.ts";
import type { FakeDevice, McpAnswer } from "../fakes/device.ts";
import { fetchFrom } from "../fakes/http.ts";
import { createMqttWorld } from "../fakes/mqtt-world.ts";
import { createWorld } from "../fakes/world.ts";

const KEY = "a key of the house";
const ENV = {
  XIAOZHI_SERVER_IP: "127.0.0.1",
  XIAOZHI_SERVER_PORT: "0",
  XIAOZHI_SERVER_HTTP_PORT: "0",
  XIAOZHI_MCP_ENDPOINT_SERVER_ENABLED: "false",
  XIAOZHI_PLUGINS: "{ get_lunar: false, change_role: false, get_weather: false, set_reminder: false }",
};
const ONE = "11:22:33:44:55:66";
const TWO = "11:22:33:44:aa:bb";

/** A device's MCP server with a lamp, a slow tool, and one for the user alone; `called` gets the calls. */
function lamp(called: unknown[] = []): McpAnswer {
  return (method, params) => {
    if (method === "initialize") return {};
    if (method === "tools/list") {
      const inputSchema = { type: "object", properties: { level: { type: "integer" } } };
      const tools = [
        { name: "self.lamp.set", description: "Sets the lamp.", inputSchema },
        { name: "self.slow", description: "", inputSchema: { type: "object", properties: {} } },
        { name: "self.reboot", description: "", inputSchema, annotations: { audience: ["user"] } },
      ];
      return { tools, nextCursor: "" };
    }
    if (params?.["name"] === "self.slow") return undefined;
    called.push(params);
    return { content: [{ type: "text", text: '{"level":3}' }], isError: false };
  };
}

async function createMcpWorld(env: Record<string, string> = { XIAOZHI_SERVER_AUTH_KEY: KEY }) {
  const world = createWorld({}, { ...ENV, ...env });
  await world.server.start();
  after(() => Promise.all([world.server.stop(), world.clock.advance(2_000)]));
  const url = `http://127.0.0.1:${world.server.ports.http}`;
  return { ...world, url };
}

/** The official client at this address; `isModern` speaks the protocol of 2026. */
async function connectClient(url: string, isModern = false, token = KEY) {
  const changes: number[] = [];
  const client = new Client(
    { name: "desktop", version: "1" },
    {
      versionNegotiation: { mode: isModern ? "auto" : "legacy" },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => changes.push(1) } },
    },
  );
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  after(() => client.close());
  const names = async () => (await client.listTools(undefined, { cacheMode: "refresh" })).tools.map(({ name }) => name);
  return { client, names, changes };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; !(await holds()); round++) {
    assert.ok(round < 1_000, `never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

for (const isModern of [false, true]) {
  const era = isModern ? "of 2026" : "until 2025";
  test(`a client of the protocol ${era} lists the assistant's tools and calls a device's lamp`, async () => {
    const { connect, url } = await createMcpWorld();
    const calls: unknown[] = [];
    await connect({ features: { mcp: true }, mcp: lamp(calls) });
    const { client, names } = await connectClient(`${url}/mcp`, isModern);
    assert.deepEqual(await names(), ["get_time", "self_lamp_set", "self_slow"]);
    const result = await client.callTool({ name: "self_lamp_set", arguments: { level: 3 } });
    assert.deepEqual(result.content, [{ type: "text", text: '{"level":3}' }]);
    assert.deepEqual(result.structuredContent, { level: 3 });
    assert.deepEqual(calls, [{ name: "self.lamp.set", arguments: { level: 3 } }]);
    const unknown = await client.callTool({ name: "self_reboot", arguments: {} });
    assert.ok(unknown.isError);
    assert.deepEqual(unknown.content, [{ type: "text", text: "There is no tool named self_reboot." }]);
  });

  test(`a client of the protocol ${era} is told of devices that come and go`, async () => {
    const { connect, url, clock } = await createMcpWorld();
    const { client, names, changes } = await connectClient(`${url}/mcp`, isModern);
    assert.deepEqual(await names(), ["get_time"]);
    const device = await connect({ features: { mcp: true }, mcp: lamp() });
    await until(async () => {
      await clock.advance(2_000);
      return changes.length > 0;
    });
    assert.ok((await names()).includes("self_lamp_set"));
    const heard = changes.length;
    device.close();
    await until(async () => {
      await clock.advance(2_000);
      return changes.length > heard;
    });
    assert.deepEqual(await names(), ["get_time"]);
    await client.close();
  });
}

test("of several devices each tool names its own; one device has an address of its own", async () => {
  const { connect, url } = await createMcpWorld();
  const [first, second]: unknown[][] = [[], []];
  await connect({ id: ONE, features: { mcp: true }, mcp: lamp(first) });
  await connect({ id: TWO, features: { mcp: true }, mcp: lamp(second) });
  const all = await connectClient(`${url}/mcp`);
  const { tools } = await all.client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["get_time", "self_lamp_set_5566", "self_slow_5566", "self_lamp_set_aabb", "self_slow_aabb"],
  );
  assert.equal(tools[3]?.description, `Sets the lamp.\nOn the device ${TWO}.`);
  await all.client.callTool({ name: "self_lamp_set_aabb", arguments: { level: 1 } });
  assert.deepEqual([first?.length, second], [0, [{ name: "self.lamp.set", arguments: { level: 1 } }]]);
  const one = await connectClient(`${url}/mcp/devices/${ONE.replaceAll(":", "_")}`);
  assert.deepEqual(await one.names(), ["get_time", "self_lamp_set", "self_slow"]);
  await one.client.callTool({ name: "self_lamp_set", arguments: {} });
  assert.equal(first?.length, 1);
});

test("a device that has left keeps its address; a stranger has none", async () => {
  const { connect, url, server } = await createMcpWorld();
  const device: FakeDevice = await connect({ id: ONE, features: { mcp: true }, mcp: lamp() });
  const { client, names } = await connectClient(`${url}/mcp/devices/${encodeURIComponent(ONE)}`);
  device.close();
  assert.deepEqual(await names(), ["get_time"]);
  const { isError } = await client.callTool({ name: "self_lamp_set", arguments: {} });
  assert.ok(isError);
  const stranger = await fetchFrom(server, "http", "/mcp/devices/aa", { headers: { authorization: `Bearer ${KEY}` } });
  assert.equal(stranger.status, 404);
});

test("a call that takes too long is a result, and one that the client gives up ends", async () => {
  const { connect, url, clock } = await createMcpWorld();
  const device = await connect({ features: { mcp: true }, mcp: lamp() });
  const { client } = await connectClient(`${url}/mcp`);
  const asked = () => device.trace.filter((line) => line.endsWith("tools/call")).length;
  const slow = client.callTool({ name: "self_slow", arguments: {} });
  await until(() => asked() === 1);
  await clock.advance(31_000);
  const { isError, content } = await slow;
  assert.ok(isError);
  assert.deepEqual(content, [{ type: "text", text: "self_slow gave no answer within 30 s" }]);
  const abort = new AbortController();
  const given = client.callTool({ name: "self_slow", arguments: {} }, { signal: abort.signal });
  await until(() => asked() === 2);
  abort.abort(new Error("enough"));
  await assert.rejects(given);
});

test("a device at rest on MQTT is reached by the gateway", async () => {
  const { login, server, stop, clock } = createMqttWorld({}, { ...ENV, XIAOZHI_SERVER_AUTH_KEY: KEY });
  const device = await login();
  const answers = lamp();
  const ask = async (id: number, method: string, params?: JsonObject) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    const headers = {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const answer = fetchFrom(server, "http", "/mcp", { method: "POST", headers, body });
    const { text } = await clock.run(answer);
    return JSON.parse(/\{.*\}/.exec(text)?.[0] ?? "{}").result;
  };
  const reply = () => {
    for (const { payload } of device.of("mcp") as { payload: JsonObject }[]) {
      const { id, method, params } = payload;
      if (typeof id !== "number" || replied.has(id)) continue;
      replied.add(id);
      const result = answers(String(method), params as JsonObject, id);
      device.send({ type: "mcp", payload: { jsonrpc: "2.0", id, result } });
    }
  };
  const replied = new Set<number>();
  for (let round = 0; round < 3; round++) {
    reply();
    await clock.advance(20);
  }
  const { tools } = await ask(1, "tools/list");
  assert.ok(
    tools.some(({ name }: { name: string }) => name === "self_lamp_set"),
    JSON.stringify(tools),
  );
  clock.schedule(50, reply);
  const called = await ask(2, "tools/call", { name: "self_lamp_set", arguments: { level: 3 } });
  assert.deepEqual(called.structuredContent, { level: 3 });
  await stop();
});

test("nobody comes in without the key, nor a page of a browser with it", async () => {
  const { server, url } = await createMcpWorld();
  await assert.rejects(connectClient(`${url}/mcp`, false, "wrong"));
  const call = (headers: Record<string, string>) => fetchFrom(server, "http", "/mcp", { method: "POST", headers });
  const wrong = await call({ authorization: "Bearer wrong" });
  assert.deepEqual([wrong.status, wrong.headers["www-authenticate"]], [401, 'Bearer realm="xiaozhi"']);
  assert.equal(JSON.parse(wrong.text).code, "unauthorized");
  assert.equal((await call({})).status, 401);
  const authorization = `Bearer ${KEY}`;
  for (const origin of ["https://evil.example", "null", "http://10.9.9.9"]) {
    const refused = await call({ authorization, origin, host: "evil.example" });
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [403, "origin-refused"]);
  }
  const own = await call({ authorization, origin: "http://192.168.1.5:8002", host: "192.168.1.5:8002" });
  assert.notEqual(own.status, 403);
});

test("without a key only programs of this computer come in", async () => {
  const { server } = await createMcpWorld({});
  const call = (host: string) => fetchFrom(server, "http", "/mcp", { method: "POST", headers: { host } });
  assert.notEqual((await call("localhost:8002")).status, 403);
  const rebound = await call("evil.example");
  assert.deepEqual([rebound.status, JSON.parse(rebound.text).code], [403, "host-refused"]);
  const open = createWorld({}, {});
  const closed = await fetchFrom(open.server, "http", "/mcp", { method: "POST" });
  assert.equal(closed.status, 403);
  assert.match(JSON.parse(closed.text).error, /^mcp-closed: set server\.auth_key/);
});

test("what is no message of the protocol is refused", async () => {
  const { server } = await createMcpWorld();
  const headers = {
    authorization: `Bearer ${KEY}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const call = async (body: string, more = {}) => {
    return (await fetchFrom(server, "http", "/mcp", { method: "POST", headers: { ...headers, ...more }, body })).status;
  };
  assert.equal(await call("no JSON"), 400);
  assert.equal(await call("7"), 400);
  assert.equal(await call(`{"x":"${"x".repeat(1024 * 1024)}"}`), 413);
  assert.equal(await call("{}", { "mcp-session-id": "unknown" }), 404);
  assert.equal(await call('{"jsonrpc":"2.0","id":1,"method":"tools/list"}'), 200);
});
