import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

type Rpc = { id?: number; result?: Record<string, unknown>; error?: { code: number; message: string } };

async function connected(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  await world.boot();
  await world.listen();
  let id = 0;
  const rpc = async (method: string, params?: object): Promise<Rpc> => {
    id++;
    world.server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method, ...(params && { params }) } });
    await world.clock.advance(40);
    const answer = world.server.messages.findLast(({ type }) => type === "mcp");
    assert.equal(answer?.["session_id"], "s1");
    const payload = answer?.["payload"] as Rpc;
    assert.equal(payload.id, id, `answer to ${method}`);
    return payload;
  };
  return { ...world, rpc, call: (name: string, args?: unknown) => rpc("tools/call", { name, arguments: args }) };
}

test("initialize and tools/list", async () => {
  const { rpc } = await connected();
  assert.deepEqual((await rpc("initialize", { protocolVersion: "2024-11-05", capabilities: {} })).result, {
    protocolVersion: "2024-11-05",
    capabilities: { tools: {} },
    serverInfo: { name: "simulator", version: "0.1.0" },
  });
  const { tools, nextCursor } = (await rpc("tools/list")).result as { tools: Rpc[]; nextCursor?: string };
  assert.equal(nextCursor, undefined);
  assert.deepEqual(
    tools.map((tool) => (tool as { name?: string }).name),
    [
      "self.get_device_status",
      "self.audio_speaker.set_volume",
      "self.screen.set_brightness",
      "self.timer.set",
      "self.timer.list",
      "self.timer.cancel",
    ],
  );
  assert.deepEqual((tools[1] as unknown as { inputSchema: unknown }).inputSchema, {
    type: "object",
    properties: { volume: { type: "integer", minimum: 0, maximum: 100 } },
    required: ["volume"],
  });
});

test("set_volume answers as data and as text, changes the loudness, and is kept over a restart", async () => {
  const store = new MemoryStore();
  const { call, clock, device } = await connected({ store });
  const { result } = await call("self.audio_speaker.set_volume", { volume: 80 });
  assert.deepEqual(result, {
    content: [{ type: "text", text: '{"success":true,"volume":80,"message":"Volume set to 80"}' }],
    structuredContent: { success: true, volume: 80, message: "Volume set to 80" },
    isError: false,
  });
  assert.equal(store.get("audio", "output_volume")?.value, 80);
  device.restart();
  await clock.run(device.reached("idle"));
  assert.equal(store.get("audio", "output_volume")?.value, 80);
});

test("a muted device stays muted over a restart", async () => {
  const store = new MemoryStore();
  const first = await connected({ store });
  await first.call("self.audio_speaker.set_volume", { volume: 0 });
  first.device.close();
  const second = await connected({ store });
  const status = (await second.call("self.get_device_status")).result?.["structuredContent"];
  assert.deepEqual((status as { audio_speaker: unknown }).audio_speaker, { volume: 0 });
});

test("get_device_status", async () => {
  const { call } = await connected();
  const { result } = await call("self.get_device_status", {});
  assert.deepEqual(result?.["structuredContent"], {
    audio_speaker: { volume: 70 },
    screen: { brightness: 75 },
    network: { type: "wifi", ssid: "simulator", signal: "strong" },
  });
});

test("the status says how much memory is free, where the device knows", async () => {
  const { call } = await connected({ freeHeapBytes: 4_321_000 });
  const status = (await call("self.get_device_status", {})).result?.["structuredContent"];
  assert.deepEqual((status as { memory: unknown }).memory, { free_heap: 4_321_000 });
});

test("a board's tools, which lie in flash with it, are listed and called", async () => {
  const source = `
    import { pinButton } from "modules/hardware/button";
    import { defineBoard } from "boards/board";
    import { defineTool } from "mcp/tool";
    const COLORS = Object.freeze({ colors: Object.freeze(["red", "green"]) });
    const params = { name: { type: "string", default: "you" } };
    const greet = defineTool({
      name: "self.box.greet", description: "Greet.", params, run: ({ name }) => "Hello, " + name });
    const colors = defineTool({ name: "self.box.colors", description: "Colours.", params: {}, run: () => COLORS });
    export default defineBoard({
      name: "box", chip: "esp32s3", button: pinButton(0), tools: [greet, colors] });`;
  const { rpc, call } = await connected({ modules: [{ specifier: "board", path: "board.js", source }] });
  const { tools } = (await rpc("tools/list")).result as { tools: { name: string; inputSchema: unknown }[] };
  assert.deepEqual(tools.find(({ name }) => name === "self.box.greet")?.inputSchema, {
    type: "object",
    properties: { name: { type: "string", default: "you" } },
  });
  const { result: greeting = {} } = await call("self.box.greet", {});
  assert.deepEqual(greeting["content"], [{ type: "text", text: "Hello, you" }]);
  assert.deepEqual((await call("self.box.colors")).result?.["structuredContent"], { colors: ["red", "green"] });
});

test("a board without a backlight has no brightness", async () => {
  const { call, rpc } = await connected({ board: "esp32-s3-devkit" });
  const { tools } = (await rpc("tools/list")).result as { tools: { name: string }[] };
  assert.equal(
    tools.some(({ name }) => name.includes("brightness")),
    false,
  );
  const { result = {} } = await call("self.get_device_status");
  assert.deepEqual((result["structuredContent"] as { screen: unknown }).screen, {});
});

test("wrong calls are answered with a code and the reason", async () => {
  const { rpc, call } = await connected();
  const cases: [() => Promise<Rpc>, number, RegExp][] = [
    [() => rpc("dance"), -32601, /^Method not implemented: dance$/],
    [() => rpc("tools/call"), -32602, /^Missing params$/],
    [() => rpc("tools/call", {}), -32602, /^Missing name$/],
    [() => rpc("tools/call", { name: "self.audio_speaker.set_volume", arguments: [] }), -32602, /^Invalid arguments$/],
    [() => call("self.dance"), -32601, /^Unknown tool: self\.dance$/],
    [() => call("self.audio_speaker.set_volume", {}), -32602, /^Missing valid argument: volume$/],
    [() => call("self.audio_speaker.set_volume", { volume: "loud" }), -32602, /^Missing valid argument: volume \(/],
    [() => call("self.audio_speaker.set_volume", { volume: 150 }), -32602, /^Value exceeds maximum allowed: 100/],
    [() => call("self.audio_speaker.set_volume", { volume: -1 }), -32602, /^Value is below minimum allowed: 0/],
    [() => rpc("tools/list", { cursor: "self.nothing" }), -32603, /^Failed to add tool/],
  ];
  for (const [ask, code, message] of cases) {
    const { error } = await ask();
    assert.equal(error?.code, code);
    assert.match(error?.message ?? "", message);
  }
});

test("what is not a request is dropped without an answer, and the device goes on", async () => {
  const { server, clock, rpc } = await connected();
  const before = server.messages.length;
  const dropped = [
    { jsonrpc: "1.0", id: 1, method: "tools/list" },
    { jsonrpc: "2.0", id: 1, result: {} },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: "one", method: "tools/list" },
    { jsonrpc: "2.0", id: 1, method: "tools/list", params: [] },
    { jsonrpc: "2.0", id: 1.5, method: "tools/list" },
    {},
  ];
  for (const payload of dropped) server.send({ type: "mcp", payload });
  await clock.advance(50);
  assert.equal(server.messages.length, before);
  assert.ok((await rpc("tools/list")).result);
});

test("tools for the user are hidden, and refused with a code, until the other side lists them in this connection", async () => {
  const { rpc, call, clock, server, device, listen } = await connected();
  const names = async (params: object) =>
    ((await rpc("tools/list", params)).result as { tools: { name: string }[] }).tools.map(({ name }) => name);
  assert.ok(!(await names({})).includes("self.get_system_info"));
  assert.ok(!(await names({ withUserTools: "yes" })).includes("self.get_system_info"));
  const refused = (await call("self.get_system_info")).error;
  assert.deepEqual(refused, { code: -32001, message: "Tool is for the user only: self.get_system_info" });
  assert.deepEqual((await names({ withUserTools: true })).slice(-7), [
    "self.get_system_info",
    "self.reboot",
    "self.upgrade_firmware",
    "self.assets.set_download_url",
    "self.remote_wakeup",
    "self.reconfigure_wifi",
    "self.factory_reset",
  ]);
  assert.equal((await call("self.get_system_info")).error, undefined);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  await listen();
  assert.equal((await call("self.get_system_info")).error?.code, -32001, "a new connection must ask again");
  assert.equal(server.upgrades.length, 2);
});

test("a user's tool says so where it is listed", async () => {
  const { rpc } = await connected();
  const { tools } = (await rpc("tools/list", { withUserTools: true })).result as { tools: { annotations?: object }[] };
  assert.deepEqual(tools.at(-1)?.annotations, { audience: ["user"] });
  assert.equal(tools[0]?.annotations, undefined);
});

test("get_system_info gives the text of the version check", async () => {
  const { rpc, call, server } = await connected();
  await rpc("tools/list", { withUserTools: true });
  const { result } = await call("self.get_system_info");
  const content = result?.["content"] as { text: string }[] | undefined;
  assert.deepEqual(JSON.parse(content?.[0]?.text ?? ""), server.otaRequests[0]?.body);
});

test("reboot answers first, then ends the connection, then starts anew", async () => {
  const { rpc, call, clock, server, device } = await connected();
  await rpc("tools/list", { withUserTools: true });
  const { result } = await call("self.reboot");
  assert.deepEqual(result?.["content"], [{ type: "text", text: "true" }]);
  assert.equal(device.state, "listening");
  await clock.advance(1100);
  assert.equal(server.openSockets, 0);
  assert.equal(device.stats.starts, 1);
  await clock.advance(1000);
  assert.equal(device.stats.starts, 2);
});

test("MCP is answered before the hello", async () => {
  const { server, clock, device, boot } = await createWorld();
  await boot();
  server.hello = undefined;
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.advance(100);
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 7, method: "tools/list" } });
  await clock.advance(50);
  const answer = server.messages.at(-1) ?? {};
  assert.equal(answer["session_id"], "");
  assert.equal((answer["payload"] as Rpc).id, 7);
});
