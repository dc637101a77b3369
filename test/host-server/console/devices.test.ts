import assert from "node:assert/strict";
import { after, test } from "node:test";
import { unboundLink } from "../../../host-server/console/binding/unbound-link.ts";
import { watchHeap } from "../../../host-server/console/live/heap-watch.ts";
import { LiveFeeds } from "../../../host-server/console/live/live-feeds.ts";
import type { ConsoleParts } from "../../../host-server/console/parts.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { FakeDevice } from "../fakes/device.ts";
import { fetchFrom } from "../fakes/http.ts";
import { silentLog } from "../fakes/log.ts";

const world = await createConsoleWorld({
  script: { rounds: ["Hello there.", "Hello there.", "Hello there."] },
  env: { XIAOZHI_CONSOLE_BINDING: "true" },
});
after(() => world.close());
const ada = await world.claim();
const grace = await world.invite(ada, "grace@home.lan");

const MAC = "aa:bb:cc:00:00:01";

async function check(mac: string, version = "1.0.0") {
  const headers = { "Device-Id": mac, "Client-Id": "c" };
  const body = JSON.stringify({ application: { version }, board: { type: "esp-box" } });
  const { text } = await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers, body });
  return JSON.parse(text);
}

async function activate(mac: string): Promise<number> {
  const headers = { "Device-Id": mac, "Client-Id": "c" };
  return (await fetchFrom(world.server, "http", `${OTA_PATH}activate`, { method: "POST", headers })).status;
}

async function bound(mac: string, visitor = ada) {
  const { activation } = await check(mac);
  const { body } = await visitor.ask("POST", "/api/devices/bind", { code: activation.code });
  return body;
}

test("a device that nobody has bound gets a code, the same each time, and waits with it", async () => {
  const { activation, firmware, websocket } = await check(MAC);
  assert.match(activation.code, /^\d{6}$/);
  assert.ok(activation.message.endsWith(`\n${activation.code}`));
  assert.equal(activation.challenge, MAC);
  assert.deepEqual(firmware, { version: "1.0.0", url: "" });
  assert.ok(websocket.url, "it may connect, and is told the code");
  assert.equal((await check(MAC)).activation.code, activation.code);
  assert.equal(await activate(MAC), 202);
  assert.equal((await ada.ask("GET", "/api/devices")).body.total, 0);
});

test("it is greeted, and says the code whatever it hears; bound, it answers", async () => {
  const { code } = (await check(MAC)).activation;
  const device = await world.connect({ id: MAC.toUpperCase() });
  await world.clock.advance(20_000);
  const spelled = [...code].join(" ");
  assert.equal(device.trace[0], "hello");
  const said = () => device.trace.filter((line) => line.startsWith("sentence"));
  assert.equal(said().length, 1);
  assert.ok(said()[0]?.includes(spelled), device.trace.join());
  device.send({ type: "listen", state: "detect", text: "What time is it?" });
  await world.clock.advance(20_000);
  assert.equal(said().length, 2);
  assert.ok(said()[1]?.includes(spelled));

  const { status, body } = await grace.ask("POST", "/api/devices/bind", { code, alias: "Kitchen" });
  assert.deepEqual([status, body.id, body.alias, body.board, body.version], [200, MAC, "Kitchen", "esp-box", "1.0.0"]);
  assert.notEqual(device.closedAt, undefined, "what it has open is a conversation about its code");
  assert.equal(await activate(MAC), 200);
  assert.equal((await check(MAC)).activation, undefined);
  const again = await world.connect({ id: MAC });
  again.send({ type: "listen", state: "detect", text: "What time is it?" });
  await world.clock.advance(20_000);
  assert.ok(again.trace.includes("sentence Hello there"), again.trace.join());
  assert.equal((await grace.ask("GET", `/api/devices/${MAC}`)).body.isOnline, true);
  again.close();
});

test("a wrong code is no device, and guessing ends after ten", async () => {
  const guess = () => ada.ask("POST", "/api/devices/bind", { code: "000000" });
  const answers = await Promise.all(Array.from({ length: 11 }, guess));
  assert.deepEqual(answers[0]?.body.code, "code-unknown");
  assert.equal(answers.filter(({ status }) => status === 404).length, 10);
  assert.equal(answers.filter(({ status }) => status === 429).length, 1);
  await world.clock.advance(16 * 60_000);
  for (const code of ["12345", "abcdef", "1234567", "１２３４５６"]) {
    assert.equal((await ada.ask("POST", "/api/devices/bind", { code })).body.field, "code");
  }
});

test("everybody sees his own devices, administrators all", async () => {
  const own = await bound("aa:bb:cc:00:00:02");
  const ids = async (visitor: typeof ada, query = "") =>
    (await visitor.ask("GET", `/api/devices?sort=id&order=asc${query}`)).body.rows.map(({ id }: { id: string }) => id);
  assert.deepEqual(await ids(grace), [MAC]);
  assert.deepEqual(await ids(ada), [MAC, own.id]);
  assert.deepEqual(await ids(grace, `&owner=${own.owner}`), [MAC], "asking for another's gives one's own");
  for (const [method, body] of [["GET"], ["PATCH", { alias: "mine" }], ["DELETE"]] as const) {
    assert.equal((await grace.ask(method, `/api/devices/${own.id}`, body)).body.code, "not-found");
  }
  assert.equal((await grace.ask("PATCH", `/api/devices/${MAC}`, { owner: own.owner })).status, 403);
});

test("devices are changed, one or many, and each has its result", async () => {
  const groups = ["upstairs", "test"];
  const { body } = await grace.ask("PATCH", `/api/devices/${MAC}`, { alias: "Bedroom", groups, updates: false });
  assert.deepEqual([body.alias, body.groups, body.updates], ["Bedroom", ["test", "upstairs"], false]);
  assert.deepEqual((await grace.ask("GET", "/api/device-groups")).body, [
    { name: "test", devices: 1 },
    { name: "upstairs", devices: 1 },
  ]);
  const ids = [MAC, "aa:bb:cc:00:00:02", "aa:bb:cc:00:00:99"];
  const results = async (action: object) =>
    (await grace.ask("POST", "/api/devices/batch", { ids, action })).body.results.map(
      ({ isDone, code }: { isDone: boolean; code?: string }) => code ?? isDone,
    );
  assert.deepEqual(await results({ type: "add-group", group: "all" }), [true, "not-found", "not-found"]);
  assert.deepEqual(await results({ type: "reboot" }), ["device-offline", "not-found", "not-found"]);
  assert.deepEqual((await grace.ask("GET", "/api/devices?group=all")).body.total, 1);
  const online = await world.connect({ id: MAC });
  assert.deepEqual(await results({ type: "reboot" }), [true, "not-found", "not-found"]);
  const orders = online.received.filter(({ message }) => message?.["type"] === "system");
  assert.deepEqual(
    orders.map(({ message }) => message?.["command"]),
    ["reboot"],
  );
  assert.deepEqual((await ada.ask("GET", "/api/devices?online=true")).body.total, 1);
  assert.deepEqual((await ada.ask("GET", "/api/devices?online=false")).body.total, 1);
  online.close();
});

test("a device says what its owner writes, and nobody else", async () => {
  const online = await world.connect({ id: MAC });
  const say = (visitor: typeof ada) => visitor.ask("POST", `/api/devices/${MAC}/say`, { text: "Dinner is ready." });
  assert.equal((await world.clock.run(say(grace))).status, 200);
  assert.ok(online.trace.includes("sentence Dinner is ready"));
  const kim = await world.invite(ada, "kim@home.lan");
  assert.equal((await say(kim)).status, 403);
  online.close();
});

test("a device's tools are listed and called", async () => {
  const tool = { name: "self.lamp.on", description: "Lights.", inputSchema: { type: "object", properties: {} } };
  const [silent, broken] = ["self.lamp.wait", "self.lamp.break"].map((name) => ({ ...tool, name })) as [
    typeof tool,
    typeof tool,
  ];
  const asked = Promise.withResolvers<void>();
  const online = await world.connect({
    id: MAC,
    features: { mcp: true },
    mcp: (method, params, id) => {
      if (method === "initialize") return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: {} };
      if (method === "tools/list") return { tools: [tool, silent, broken] };
      if (params?.["name"] === silent.name) {
        asked.resolve();
        return undefined;
      }
      if (params?.["name"] === broken.name) {
        online.send({
          type: "mcp",
          payload: { jsonrpc: "2.0", id, error: { code: -32000, message: "the bulb is out" } },
        });
        return undefined;
      }
      return { content: [{ type: "text", text: "lit" }], isError: false };
    },
  });
  await world.clock.advance(2_000);
  assert.deepEqual((await grace.ask("GET", `/api/devices/${MAC}/tools`)).body, [tool, silent, broken]);
  const call = (name: string) => grace.ask("POST", `/api/devices/${MAC}/tools`, { name });
  assert.deepEqual((await call("self.lamp.on")).body, { text: "lit", isError: false });
  assert.equal((await call("self.lamp.off")).body.code, "tool-unavailable");
  const answer = call(silent.name);
  // Who asks is looked up in real time: virtual time must not run away meanwhile.
  await asked.promise;
  const { status, body } = await world.clock.run(answer);
  assert.deepEqual([status, body.code], [503, "device-silent"]);
  assert.ok(body.message.includes(silent.name), body.message);
  const refused = await call(broken.name);
  assert.deepEqual([refused.status, refused.body.code], [503, "device-refused"]);
  assert.match(refused.body.message, /the bulb is out/);
  online.close();
});

test("who looks at a device hears how much of its memory is free, as long as he looks", async () => {
  let asked = 0;
  const texts = ["nothing in JSON", '{"memory":{"free_heap":"much"}}', '{"memory":{"free_heap":123456}}'];
  const heard: number[] = [];
  const clock = new VirtualClock();
  const reach = { callTool: async () => ({ text: texts[asked++ % 3] ?? "", isError: false }) };
  const end = watchHeap({ reach, clock, log: silentLog } as unknown as ConsoleParts, MAC, (event) => {
    if (event.type === "heap") heard.push(event.bytes);
  });
  await clock.advance(25_000);
  assert.deepEqual([asked, heard], [3, [123_456]]);
  end();
  await clock.advance(60_000);
  assert.equal(asked, 3);
});

test("whoever stands between a device and its session passes on what the link says in its greeting, as it is then", () => {
  class MqttDevice extends FakeDevice {
    port = 0;
    get greeting() {
      return { version: 3, udp: { port: this.port } };
    }
  }
  const link = new MqttDevice(world.clock, MAC);
  const followed = unboundLink(new LiveFeeds(world.clock).follow(link), async () => "words");
  link.port = 8884;
  assert.deepEqual(followed.greeting, { version: 3, udp: { port: 8884 } });
});

test("unbound, a device waits for its code again", async () => {
  assert.equal((await grace.ask("DELETE", `/api/devices/${MAC}`)).status, 200);
  assert.equal(await activate(MAC), 202);
  assert.match((await check(MAC)).activation.code, /^\d{6}$/);
});
