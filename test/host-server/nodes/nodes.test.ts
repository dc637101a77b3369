import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { BusNetwork, type MemoryBus } from "../../../host-server/nodes/memory-bus.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createConsoleWorld, type Visitor } from "../fakes/console.ts";
import { fetchFrom, upgrade } from "../fakes/http.ts";
import { nodeEnv } from "../fakes/node-env.ts";
import { createWorld, fakeProviders, type World } from "../fakes/world.ts";

const MAC = "aa:bb:cc:00:00:01";
const OTHER = "aa:bb:cc:00:00:02";

const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

function envOf(name: string): Record<string, string> {
  return { ...nodeEnv(name), XIAOZHI_SERVER_WEBSOCKET: `ws://${name}:8000/xiaozhi/v1/` };
}

const clock = new VirtualClock();
const network = new BusNetwork(clock);
const buses: MemoryBus[] = [];
const join = () => {
  const bus = network.join();
  buses.push(bus);
  return bus;
};

/** Node `a` with a console, and node `b`; both have the database, as they would have PostgreSQL. */
const script = { rounds: Array.from({ length: 20 }, () => "Hello there.") };
const a = await createConsoleWorld({
  script,
  env: envOf("a"),
  more: { clock, bus: join(), agentProviders: fakeProviders },
});
const { storage } = a;
const b: World = createWorld(script, envOf("b"), a.folder, {
  clock,
  storage,
  bus: join(),
  agentProviders: fakeProviders,
});
await a.server.start();
await b.server.start();
await clock.advance(100);
after(async () => {
  await clock.run(Promise.all([a.server.stop(), b.server.stop()]));
  await a.close();
});

/** A device with a lamp. */
function sayHello(world: World, id: string) {
  const inputSchema = { type: "object", properties: {} };
  return world.connect({
    id,
    features: { mcp: true },
    mcp: (method) => {
      if (method === "initialize") return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: {} };
      if (method === "tools/list")
        return { tools: [{ name: "self.lamp.turn_on", description: "Light.", inputSchema }] };
      return { content: [{ type: "text", text: "on" }], isError: false };
    },
  });
}

const ada = await a.claim();
const now = (promise: Promise<unknown>) => clock.run(promise as Promise<never>);

async function otaAt(world: World, mac: string) {
  const headers = { "Device-Id": mac, "Client-Id": "c" };
  const { text } = await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers, body: "{}" });
  return JSON.parse(text);
}

async function own(visitor: Visitor, mac: string): Promise<void> {
  await otaAt(a, mac);
  const { code } = (await otaAt(a, mac)).activation ?? {};
  if (code) await visitor.ask("POST", "/api/devices/bind", { code });
}

test("the console of one node sees a device of another, lists and calls its tools, and has it speak", async () => {
  await own(ada, MAC);
  const device = await sayHello(b, MAC);
  await clock.advance(500);
  const shown = await ada.ask("GET", `/api/devices/${MAC}`);
  assert.equal(shown.body?.isOnline, true, shown.text);
  const { body: tools } = await ada.ask("GET", `/api/devices/${MAC}/tools`);
  assert.deepEqual(
    tools.map(({ name }: { name: string }) => name),
    ["self.lamp.turn_on"],
  );
  const called = await ada.ask("POST", `/api/devices/${MAC}/tools`, { name: "self.lamp.turn_on", arguments: {} });
  assert.deepEqual(called.body, { text: "on", isError: false });
  const none = await ada.ask("POST", `/api/devices/${MAC}/tools`, { name: "self.nothing", arguments: {} });
  assert.equal(none.body.code, "tool-unavailable");
  const said = await now(
    ada.ask("POST", "/api/devices/batch", { ids: [MAC], action: { type: "say", text: "Dinner!" } }),
  );
  assert.deepEqual((said as { body: object }).body, { results: [{ id: MAC, isDone: true }] });
  assert.ok(device.trace.includes("sentence Dinner"), device.trace.join());
  await ada.ask("POST", `/api/devices/${MAC}/reboot`);
  assert.ok(device.received.some(({ message }) => message?.["command"] === "reboot"));
  device.close();
  await clock.advance(100);
  assert.equal((await ada.ask("GET", `/api/devices/${MAC}`)).body.isOnline, false);
});

test("an agent that is changed at one node answers at the other at once", async () => {
  const { body: agent } = await ada.ask("POST", "/api/agents", { name: "Pirate", settings: { prompt: "Say arr." } });
  const changed = await ada.ask("PATCH", `/api/devices/${MAC}`, { agent: agent.id });
  assert.equal(changed.status, 200, changed.text);
  // Much sooner than somebody looks at the database.
  await clock.advance(10);
  const device = await sayHello(b, MAC);
  device.send({ type: "listen", state: "detect", text: "Who are you?" });
  await clock.advance(20_000);
  assert.match(JSON.stringify(b.stages.asked.at(-1)?.messages[0]), /Say arr/);
  device.close();
});

test("a device that comes to another node is let go by the one where it was, and each has its turn", async () => {
  const before = await sayHello(a, OTHER);
  await clock.advance(1_000);
  const after = await sayHello(b, OTHER);
  await clock.advance(1_000);
  assert.notEqual(before.closedAt, undefined);
  assert.equal(after.closedAt, undefined);
  after.close();
});

test("the version check shares devices out, at both nodes alike", async () => {
  const macs = Array.from({ length: 12 }, (_, n) => `02:00:00:00:00:${String(n).padStart(2, "0")}`);
  const urls = async (world: World) => {
    const answers = await Promise.all(macs.map((mac) => otaAt(world, mac)));
    return answers.map(({ websocket }) => new URL(websocket.url).hostname);
  };
  const fromA = await urls(a);
  assert.deepEqual(new Set(fromA), new Set(["a", "b"]));
  assert.deepEqual(await urls(b), fromA);
});

test("nodes without NATS serve their own devices, say so, and are one again afterwards", async () => {
  const device = await sayHello(b, OTHER);
  await clock.advance(100);
  for (const bus of buses) bus.isUp = false;
  await clock.advance(6_000);
  device.send({ type: "listen", state: "detect", text: "Are you there?" });
  await clock.advance(10_000);
  assert.ok(device.trace.includes("sentence Hello there"), device.trace.join());
  const { text, status } = await fetchFrom(b.server, "http", "/readyz", { method: "GET" });
  assert.deepEqual([status, JSON.parse(text).nats], [200, "unreachable"]);
  assert.equal((await ada.ask("GET", `/api/devices/${MAC}`)).body.isOnline, false);
  for (const bus of buses) bus.isUp = true;
  await clock.advance(3_000);
  const { body } = await ada.ask("GET", "/api/server");
  assert.deepEqual(
    body.nodes.map(({ name, state, devices }: Record<string, unknown>) => [name, state, devices]),
    [
      ["a", "ready", 0],
      ["b", "ready", 1],
    ],
  );
  device.close();
});

test("other programs reach the tools of devices at any node, of one device and of all", async () => {
  const requestInit = { headers: { Authorization: `Bearer ${envOf("a")["XIAOZHI_SERVER_AUTH_KEY"]}` } };
  const open = async (path: string) => {
    const client = new Client({ name: "desktop", version: "1" });
    const url = new URL(`http://127.0.0.1:${a.server.ports.http}${path}`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    after(() => client.close());
    return client;
  };
  const lampsOf = async (client: Client) => {
    const { tools } = await client.listTools(undefined, { cacheMode: "refresh" });
    return tools.map(({ name }) => name).filter((name) => name.includes("lamp"));
  };
  const [here, there] = [await sayHello(a, MAC), await sayHello(b, OTHER)];
  await clock.advance(500);
  const one = await open(`/mcp/devices/${OTHER}`);
  assert.deepEqual(await lampsOf(one), ["self_lamp_turn_on"]);
  const called = await one.callTool({ name: "self_lamp_turn_on", arguments: {} });
  assert.deepEqual(called.content, [{ type: "text", text: "on" }]);
  const all = await open("/mcp");
  assert.deepEqual(await lampsOf(all), ["self_lamp_turn_on_0001", "self_lamp_turn_on_0002"]);
  const second = await all.callTool({ name: "self_lamp_turn_on_0002", arguments: {} });
  assert.deepEqual([second.isError ?? false, second.content], [false, [{ type: "text", text: "on" }]]);
  there.close();
  await clock.advance(500);
  assert.deepEqual(await lampsOf(all), ["self_lamp_turn_on"]);
  const gone = await one.callTool({ name: "self_lamp_turn_on", arguments: {} });
  assert.equal(gone.isError, true);
  here.close();
  await clock.advance(500);
});

test("a node that is told to stop lets turns end, sends idle devices away, and gets none any more", async () => {
  const idle = await sayHello(b, MAC);
  const talking = await sayHello(b, OTHER);
  talking.send({ type: "listen", state: "detect", text: "Tell me something." });
  await clock.advance(50);
  const impatience = new AbortController();
  const drained = b.server.drain(15_000, impatience.signal);
  await clock.advance(10);
  const { status } = await fetchFrom(b.server, "http", "/readyz", { method: "GET" });
  assert.equal(status, 503);
  for (const world of [a, b]) {
    for (const mac of ["02:00:00:00:00:00", "02:00:00:00:00:01", "02:00:00:00:00:02"]) {
      assert.equal((await otaAt(world, mac)).websocket.url, "ws://a:8000/xiaozhi/v1/");
    }
  }
  assert.equal(await upgrade(b.server, "/xiaozhi/v1/", UPGRADE), 503);
  await clock.run(drained);
  assert.notEqual(idle.closedAt, undefined);
  assert.ok(talking.trace.includes("tts stop"), "its answer was said to its end");
  assert.ok((idle.closedAt as number) <= (talking.closedAt as number));
});
