import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { signToken } from "../../../host-server/ota/token.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { type FakeSocket, openSocket } from "../fakes/http.ts";
import { createWorld, type World } from "../fakes/world.ts";

const DEVICE = "11:22:33:44:55:66";
const PATH = `/mcp/device/${DEVICE}`;

/** A device's MCP server on a WebSocket of its own, with one tool. */
async function connectTools(world: World, name: string, path = PATH) {
  const opened = await openSocket(world.server, path);
  const calls: JsonObject[] = [];
  const receive = (text: string) => {
    const { id, method, params } = JSON.parse(text) as { id?: number; method?: string; params?: JsonObject };
    if (id === undefined || method === undefined) return;
    const answer = (result: unknown) => opened.socket.send(JSON.stringify({ jsonrpc: "2.0", id, result }));
    if (method === "initialize") answer({ protocolVersion: "2024-11-05", capabilities: {}, serverInfo: { name } });
    else if (method === "tools/list") {
      answer({ tools: [{ name, description: "Does it.", inputSchema: { type: "object", properties: {} } }] });
    } else {
      calls.push(params ?? {});
      answer({ content: [{ type: "text", text: "done" }], isError: false });
    }
  };
  // What came with the opening has been received already.
  for (const text of opened.texts) receive(text);
  opened.socket.on("message", (data) => receive(String(data)));
  await world.clock.advance(50);
  return { ...opened, calls };
}

const namesOf = (world: World) =>
  world.stages.asked
    .at(-1)
    ?.tools.map(({ name }) => name)
    .filter((name) => name.startsWith("self"));

test("a device's tools come over a WebSocket of their own, as bare JSON-RPC", async () => {
  const world = createWorld({
    rounds: [[{ type: "tool-call", call: { id: "1", name: "self_lamp_on", arguments: {} } }], "好了。"],
  });
  const { texts, calls } = await connectTools(world, "self.lamp.on");
  assert.deepEqual(
    texts.map((text) => [JSON.parse(text).id, JSON.parse(text).method]),
    [
      [1, "initialize"],
      [undefined, "notifications/initialized"],
      [2, "tools/list"],
    ],
  );
  const device = await world.connect();
  device.detect("开灯");
  await world.clock.advance(5_000);
  assert.deepEqual(calls, [{ name: "self.lamp.on", arguments: {} }]);
  assert.deepEqual(device.trace.slice(1, 4), ["stt 开灯", "tts start", "stt % self_lamp_on"]);
  assert.ok(
    device.trace.every((line) => !line.startsWith("mcp")),
    "nothing of it goes through the session",
  );
});

test("the channel's tools take the place of the session's, and give it back", async () => {
  const world = createWorld();
  const tools = [{ name: "self.session.tool", description: "x", inputSchema: { type: "object", properties: {} } }];
  const device = await world.connect({ features: { mcp: true }, mcp: (m) => (m === "tools/list" ? { tools } : {}) });
  const ask = async () => {
    device.detect("你好");
    await world.clock.advance(3_000);
    return namesOf(world);
  };
  assert.deepEqual(await ask(), ["self_session_tool"]);
  const { socket } = await connectTools(world, "self.channel.tool");
  assert.deepEqual(await ask(), ["self_channel_tool"]);
  socket.close();
  await world.clock.advance(10);
  assert.deepEqual(await ask(), ["self_session_tool"]);
});

test("a second connection of the same device replaces the first; others have their own", async () => {
  const world = createWorld();
  const first = await connectTools(world, "self.first");
  await connectTools(world, "self.second", `/mcp/device/${DEVICE.toUpperCase()}/`);
  assert.equal(await first.closed, 1000);
  await connectTools(world, "self.other", "/mcp/device/aa%3Aaa%3Aaa%3Aaa%3Aaa%3Aaa");
  const device = await world.connect();
  device.detect("你好");
  await world.clock.advance(3_000);
  assert.deepEqual(namesOf(world), ["self_second"]);
});

test("a device that connects its tools and is silent leaves the session's tools in use", async () => {
  const world = createWorld({}, { XIAOZHI_TOOL_CALL_TIMEOUT: "2" });
  const { socket } = await openSocket(world.server, PATH);
  const tools = [{ name: "self.session.tool", description: "x", inputSchema: { type: "object", properties: {} } }];
  const device = await world.connect({ features: { mcp: true }, mcp: (m) => (m === "tools/list" ? { tools } : {}) });
  await world.clock.advance(5_000);
  device.detect("你好");
  await world.clock.advance(3_000);
  assert.deepEqual(namesOf(world), ["self_session_tool"]);
  assert.ok(world.log.some(({ msg }) => msg === "the device's tools cannot be used"));
  assert.equal(socket.readyState, socket.OPEN);
});

test("a ping is answered, another request is refused, and nothing ends the connection", async () => {
  const world = createWorld();
  const { socket, texts } = await connectTools(world, "self.tool");
  texts.length = 0;
  socket.send('{"jsonrpc":"2.0","id":"a","method":"ping"}');
  socket.send('{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage"}');
  await world.clock.advance(10);
  assert.deepEqual(JSON.parse(texts[0] ?? ""), { jsonrpc: "2.0", id: "a", result: {} });
  assert.equal(JSON.parse(texts[1] ?? "").error.code, -32601);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), { maxLength: 4 }), async (frames) => {
      for (const frame of frames) socket.send(frame);
      await world.clock.advance(1_000);
      assert.equal(socket.readyState, socket.OPEN);
    }),
    { numRuns: 40 },
  );
});

test("authentication is that of devices, and the path names the device", async () => {
  const secret = "s3cret";
  const world = createWorld({}, { XIAOZHI_SERVER_AUTH_ENABLED: "true", XIAOZHI_SERVER_AUTH_KEY: secret });
  const token = (deviceId: string) =>
    `Bearer ${signToken(secret, { deviceId, clientId: "c" }, Math.floor(world.clock.now() / 1000))}`;
  const query = (authorization: string) => `?${new URLSearchParams({ "client-id": "c", authorization })}`;
  const isRefused = async ({ closed, texts }: FakeSocket) => (await closed) === 1000 && texts.length === 1;
  const open = (path: string, headers: Record<string, string> = {}) => openSocket(world.server, path, headers);
  assert.ok(await isRefused(await open(PATH)));
  assert.ok(await isRefused(await open(PATH + query(token("aa:aa:aa:aa:aa:aa")))));
  const other = { "device-id": "aa:aa:aa:aa:aa:aa", "client-id": "c", authorization: token("aa:aa:aa:aa:aa:aa") };
  assert.ok(await isRefused(await open(PATH, other)), "a device cannot speak for another");
  const good = [
    await open(PATH + query(token(DEVICE))),
    await open(PATH, { "client-id": "c", authorization: token(DEVICE) }),
    await open(PATH, { "device-id": DEVICE, "client-id": "c", authorization: token(DEVICE) }),
  ];
  await world.clock.advance(10);
  for (const { texts } of good) assert.equal(JSON.parse(texts[0] ?? "").method, "initialize");
});

test("the server's end closes the channels", async () => {
  const world = createWorld(
    {},
    { XIAOZHI_SERVER_PORT: "0", XIAOZHI_SERVER_HTTP_PORT: "0", XIAOZHI_SERVER_IP: "127.0.0.1" },
  );
  await world.server.start();
  const { closed } = await connectTools(world, "self.tool");
  await world.clock.run(world.server.stop());
  assert.equal(await closed, 1000);
});
