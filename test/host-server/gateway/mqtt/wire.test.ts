import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../../../protocol/json.ts";
import { mqttPacket, text } from "../../fakes/mqtt.ts";
import { createMqttWorld } from "../../fakes/mqtt-world.ts";

/** What a plain MQTT client sees of the broker, byte by byte. */

const DISCONNECT = mqttPacket(0xe0);
const DETECT = { type: "listen", state: "detect", text: "hi" };

test("messages to a device are QoS 0, not retained, not repeated", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login();
  device.hello();
  await clock.advance(20);
  assert.equal(device.of("hello").length, 1);
  assert.deepEqual(new Set(device.firstBytes.slice(1)), new Set([0x30]));
  await stop();
});

test("a message with QoS 1 or 2 is acknowledged as MQTT has it, and counts once", async () => {
  const { converse, clock, turns, stop } = createMqttWorld();
  const { device } = await converse();
  const { firstBytes: bytes } = device;
  const publish = (first: number, id: number) => {
    const payload = Buffer.from(JSON.stringify(DETECT));
    device.stream.write(mqttPacket(first, text("device-server"), Buffer.from([0, id]), payload));
  };
  publish(0x32, 1);
  await clock.advance(3_000);
  assert.ok(bytes.includes(0x40), "PUBACK");
  publish(0x34, 2);
  await clock.advance(20);
  assert.ok(bytes.includes(0x50), "PUBREC");
  device.stream.write(mqttPacket(0x62, Buffer.from([0, 2])));
  await clock.advance(3_000);
  assert.ok(bytes.includes(0x70), "PUBCOMP");
  assert.deepEqual([turns.length, device.isClosed], [2, false]);
  await stop();
});

test("UNSUBSCRIBE is answered, and messages come all the same", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login();
  const { firstBytes: bytes } = device;
  device.subscribe("devices/p2p/11_22_33_44_55_66");
  device.stream.write(mqttPacket(0xa2, Buffer.from([0, 2]), text("devices/p2p/11_22_33_44_55_66")));
  await clock.advance(20);
  assert.ok(bytes.includes(0xb0));
  device.hello();
  await clock.advance(20);
  assert.equal(device.of("hello").length, 1);
  await stop();
});

test("a client that asks for its old session back gets a new one", async () => {
  const { dial, section, clock, stop } = createMqttWorld();
  const { client_id, username = "", password = "" } = await section();
  for (let count = 0; count < 2; count++) {
    const device = dial();
    // Clean session is not set.
    const head = Buffer.from([4, 0xc0, 0, 60]);
    device.stream.write(mqttPacket(0x10, text("MQTT"), head, text(client_id), text(username), text(password)));
    await clock.advance(20);
    assert.deepEqual([device.connack, device.isSessionPresent], [0, false]);
    device.subscribe("devices/p2p/11_22_33_44_55_66");
    await clock.advance(20);
    device.stream.destroy();
    await clock.advance(20);
  }
  await stop();
});

test("with keepalive 0 a device may be silent for a day", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login({ keepalive: 0 });
  await clock.advance(24 * 3_600_000);
  device.ping();
  await clock.advance(20);
  assert.deepEqual([device.isClosed, device.pings], [false, 1]);
  await stop();
});

test("DISCONNECT ends the session, too", async () => {
  const { converse, clock, server, stop } = createMqttWorld();
  const { device } = await converse();
  device.stream.write(DISCONNECT);
  await clock.advance(20);
  assert.deepEqual([server.sessionCount, device.isClosed], [0, true]);
  await stop();
});

test("packets may come in pieces, cut anywhere", async () => {
  const world = createMqttWorld();
  const { client_id, username = "", password = "" } = await world.section();
  const head = Buffer.from([4, 0xc2, 0, 60]);
  const connect = mqttPacket(0x10, text("MQTT"), head, text(client_id), text(username), text(password));
  const hello = Buffer.from(JSON.stringify({ type: "hello", version: 3, transport: "udp", features: {} }));
  const bytes = Buffer.concat([connect, mqttPacket(0x30, text("device-server"), hello)]);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      const device = world.dial();
      const ends = [...cuts.sort((a, b) => a - b), bytes.length];
      for (const [at, end] of ends.entries()) {
        device.stream.write(bytes.subarray(ends[at - 1] ?? 0, end));
        await world.clock.advance(5);
      }
      await world.clock.advance(20);
      assert.deepEqual([device.connack, device.of("hello").length], [0, 1]);
      device.stream.destroy();
      await world.clock.advance(20);
    }),
    { numRuns: 25 },
  );
  await world.stop();
});

test("no byte sequence, before or after a login, harms a session of another device", async () => {
  const world = createMqttWorld();
  const { device: good, audio, id } = await world.converse();
  audio.send(Uint8Array.of(0x58));
  const packet = fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }))
    .map(([first, body]) => mqttPacket(first, body));
  const topic = fc.constantFrom("device-server", "devices/p2p/11_22_33_44_55_66", "$SYS/#", "");
  const publish = fc
    .tuple(fc.constantFrom(0x30, 0x31, 0x32, 0x3c), topic, fc.oneof(fc.json(), fc.string()))
    .map(([first, name, payload]) => mqttPacket(first, text(name), Buffer.from(payload)));
  const bytes = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), packet, publish), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), bytes, async (isLoggedIn, pieces) => {
      const stranger = isLoggedIn ? await world.login({}, "aa:aa:aa:aa:aa:aa") : world.dial();
      for (const piece of pieces) stranger.stream.write(piece);
      await world.clock.advance(30);
      stranger.stream.destroy();
      good.ping();
      await world.clock.advance(10);
      assert.equal(good.isClosed, false);
    }),
    { numRuns: 150 },
  );
  good.send({ session_id: id, ...DETECT });
  await world.clock.advance(3_000);
  assert.equal(world.turns.length, 1, "its session goes on");
  assert.ok(good.pings >= 150);
  assert.deepEqual(good.of("goodbye"), []);
  await world.stop();
});

const TOOL = (name: string) => ({ name, description: name, inputSchema: { type: "object", properties: {} } });

test("the gateway reads all pages of the tools; the first request has no cursor, and none a session id", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login();
  const asked: unknown[] = [];
  device.answer = ({ id, params }) => {
    asked.push([id, params]);
    const { cursor } = (params ?? {}) as { cursor?: string };
    return cursor ? { tools: [TOOL("b")] } : { tools: [TOOL("a")], nextCursor: "b" };
  };
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 10_000, result: {} } });
  await clock.advance(50);
  assert.deepEqual(asked, [
    [10_001, undefined],
    [10_002, { cursor: "b" }],
  ]);
  const methods = device.of("mcp").map(({ payload }) => (payload as JsonObject)["method"]);
  assert.deepEqual(methods, ["initialize", "notifications/initialized", "tools/list", "tools/list"]);
  assert.ok(device.of("mcp").every((message) => !Object.hasOwn(message, "session_id")));
  await stop();
});

test("a server that asks for the tools before the device has told them waits for them, and gets no empty list", async () => {
  const { login, clock, stages, stop } = createMqttWorld();
  const device = await login();
  device.answer = ({ id }) => (Number(id) < 10_000 ? {} : undefined);
  device.send({ type: "hello", version: 3, transport: "udp", features: { mcp: true } });
  await clock.advance(100);
  device.answer = ({ method }) => (method === "tools/list" ? { tools: [TOOL("self.lamp.on")] } : {});
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 10_000, result: {} } });
  await clock.advance(100);
  device.send(DETECT);
  await clock.advance(3_000);
  assert.ok(stages.asked[0]?.tools.some(({ name }) => name === "self_lamp_on"));
  await stop();
});
