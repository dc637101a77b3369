import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { mqttPacket } from "./mqtt-server.ts";
import { MQTT_SECTION, type MqttUdpServer } from "./mqtt-udp-server.ts";
import { createMqttWorld, offer } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";

const WEBSOCKET = { url: "ws://server.test:8000/xiaozhi/v1/", token: "a-token" };

function call(id: number, method: string, params: object = {}) {
  return { type: "mcp", payload: { jsonrpc: "2.0", id, method, params } };
}

test("from boot on the device is logged in: MQTT 3.1.1, clean session, no will, 240 s unless told otherwise", async () => {
  for (const [keepalive, seconds] of [
    [undefined, 240],
    [60, 60],
    [0, 240],
    ["fast", 240],
  ]) {
    const { server, web, boot } = await createMqttWorld();
    web.ota = offer({ ...MQTT_SECTION, ...(keepalive !== undefined && { keepalive }) });
    await boot();
    assert.deepEqual(server.mqtt.logins, [
      {
        protocol: "MQTT",
        level: 4,
        flags: 0xc2,
        keepAliveSeconds: seconds,
        texts: ["GID_test@@@02_00@@@uuid", "user", "secret"],
      },
    ]);
  }
});

test("it subscribes to a topic that it was given, and to none that is called null", async () => {
  for (const [subscribe_topic, subscriptions] of [
    ["devices/p2p/me", ["devices/p2p/me"]],
    ["null", []],
    [undefined, []],
  ]) {
    const { server, web, boot } = await createMqttWorld();
    web.ota = offer({ ...MQTT_SECTION, subscribe_topic });
    await boot();
    assert.deepEqual(server.mqtt.subscriptions, subscriptions);
  }
});

test("with a topic for its will it says on that topic that it is there, and leaves word for when it is gone", async () => {
  const { server, web, boot } = await createMqttWorld();
  web.ota = offer({ ...MQTT_SECTION, publish_topic: "device-server/a/me", will_topic: "device-server/a/me" });
  await boot();
  const [login] = server.mqtt.logins;
  assert.equal(login?.flags, 0xe6, "the will is kept, too");
  assert.deepEqual(login?.texts.slice(1, 3), ["device-server/a/me", '{"type":"offline"}']);
  assert.deepEqual(server.messages, [{ type: "online", client_id: MQTT_SECTION.client_id }]);
});

test("MCP is answered before any session, with an empty session id; long answers leave in pieces", async () => {
  const { clock, server, device, boot } = await createMqttWorld();
  await boot();
  server.send(call(10000, "initialize", { protocolVersion: "2024-11-05", capabilities: {} }));
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", method: "notifications/initialized" } });
  server.send(call(10001, "tools/list"));
  await clock.advance(500);
  assert.equal(server.messages.length, 2);
  type Answer = { session_id: string; type: string; payload: { id: number; result: { tools?: unknown[] } } };
  const answers = server.messages as unknown as Answer[];
  assert.deepEqual(
    answers.map(({ session_id, type, payload }) => [session_id, type, payload.id]),
    [
      ["", "mcp", 10000],
      ["", "mcp", 10001],
    ],
  );
  assert.ok(answers.some(({ payload }) => (payload.result.tools?.length ?? 0) >= 3));
  assert.equal(device.state, "idle");
});

test("MCP is answered after a session, too, again with an empty session id", async () => {
  const { clock, server, device, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(200);
  server.send(call(10002, "tools/list"));
  await clock.advance(200);
  const { session_id, type } = server.messages.at(-1) as { session_id: string; type: string };
  assert.deepEqual([session_id, type], ["", "mcp"]);
});

test("a long message of the server arrives in pieces and is one", async () => {
  const { clock, server, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  const long = call(7, "tools/call", { name: "self.no.such_tool", arguments: { filler: "x".repeat(20_000) } });
  server.send(long);
  await clock.advance(2000);
  const { payload } = server.messages.at(-1) as { payload: { id: number } };
  assert.equal(payload.id, 7);
});

test("what only a conversation understands is ignored outside of one", async () => {
  const { clock, server, device, states, lines, boot } = await createMqttWorld();
  await boot();
  server.send({ type: "tts", state: "start" });
  server.send({ type: "hello", transport: "udp" });
  server.send({ type: "goodbye", session_id: null });
  server.send({ type: "call_accepted" });
  server.mqtt.publish("t", "{");
  server.mqtt.publish("t", "\u0000");
  server.send({ type: "alert", status: "Note", message: "still there", emotion: "happy" });
  await clock.advance(500);
  assert.deepEqual(states, ["starting", "activating", "idle"]);
  assert.equal(lines.filter((line) => line.includes("message refused")).length, 2);
  assert.ok(lines.some((line) => line.includes("alert") && line.includes("still there")));
  assert.equal(device.stats.crashes, 0);
});

test("the server wants to speak: only when idle; the device opens, is ready, speaks, and listens afterwards", async () => {
  const { clock, server, device, states, boot } = await createMqttWorld();
  await boot();
  server.send({ type: "speak_request", session_id: "push", text: "Dinner is ready" });
  await clock.advance(200);
  assert.deepEqual(server.messages.slice(1), [{ session_id: "s1", type: "speak_ready", state: "ready" }]);
  assert.equal(server.frames.length, 1, "one packet, so that the server learns the address");
  server.send({ type: "tts", state: "start", session_id: "s1" });
  server.speak(toneFrames(600));
  await clock.run(device.reached("speaking"));
  await clock.advance(1000);
  assert.ok(device.stats.playedSamples >= 24 * 600);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.equal(server.log.at(-1), "listen start auto");
  server.send({ type: "speak_request", session_id: "push", text: "Once more" });
  await clock.advance(200);
  assert.equal(server.log.at(-1), "listen start auto", "who is listening is not called away");
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  assert.deepEqual(states.slice(3), ["connecting", "idle", "speaking", "listening", "idle"]);
});

test("reconnect: again and again, after times that double up to 2 minutes, half of each drawn", async () => {
  const { clock, network, server, lines, boot } = await createMqttWorld();
  await boot();
  const allow = network.refuse("mqtt.test", 1883);
  server.mqtt.drop();
  await clock.advance(900_000);
  const waits = lines.flatMap((line) => /mqtt lost .*retryMs=(\d+)/.exec(line)?.[1] ?? []).map(Number);
  assert.ok(waits.length >= 12, `${waits.length} attempts`);
  for (const [attempt, ms] of waits.entries()) {
    const longest = Math.min(120_000, 2000 * 2 ** attempt);
    assert.ok(ms >= longest / 2 && ms <= longest, `attempt ${attempt}: ${ms} ms`);
  }
  assert.ok(new Set(waits.slice(-4)).size > 1, "drawn");
  allow();
  await clock.advance(121_000);
  assert.equal(server.mqtt.logins.length, 2);
  await clock.advance(61_000);
  server.mqtt.drop();
  await clock.advance(2100);
  assert.equal(server.mqtt.logins.length, 3, "after a good connection the first wait is short again");
});

test("a click while the connection is down connects at once; when that fails, the user is told", async () => {
  const { clock, network, server, device, lines, boot } = await createMqttWorld();
  await boot();
  const allow = network.refuse("mqtt.test", 1883);
  server.mqtt.drop();
  await clock.advance(300_000);
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => line.includes("alert") && line.includes("Unable to connect")));
  allow();
  await clock.advance(200);
  device.click();
  await clock.run(device.reached("listening"));
  assert.equal(server.mqtt.logins.length, 2);
  await clock.advance(300_000);
  assert.equal(server.mqtt.logins.length, 2, "and no second connection later");
});

test("a connection that went silent is replaced once a hello finds no answer", async () => {
  const { clock, network, server, device, boot, listen } = await createMqttWorld();
  await boot();
  network.stall({ port: 1883 });
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  await clock.advance(200);
  assert.equal(server.mqtt.logins.length, 2);
  await listen();
});

test("an endpoint that is none is named once and again at each click, and tried no further", async () => {
  const { clock, device, web, lines, boot } = await createMqttWorld();
  web.ota = offer({ ...MQTT_SECTION, endpoint: "mqtt://mqtt.test" });
  await boot();
  await clock.advance(3_600_000);
  const named = () =>
    lines.filter((line) => line.includes("mqtt unusable") && line.includes("expected an MQTT endpoint")).length;
  assert.equal(named(), 1);
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.equal(named(), 2);
  assert.ok(lines.some((line) => line.includes("alert") && line.includes("Unable to connect")));
});

test("a server that accepts the connection and never the login is left after 10 s", async () => {
  const { clock, network, lines, web, boot } = await createMqttWorld();
  await network.listen("mute.test", 1883, () => {});
  web.ota = offer({ ...MQTT_SECTION, endpoint: "mute.test:1883" });
  await boot();
  await clock.advance(9700);
  assert.equal(
    lines.some((line) => line.includes("mqtt lost")),
    false,
  );
  await clock.advance(500);
  assert.ok(lines.some((line) => line.includes("mqtt lost") && line.includes("no answer to the login")));
});

test("a refused login, a server that is not MQTT, and one that goes deaf: the device lives and tries again", async () => {
  const troubles: ((server: MqttUdpServer) => void)[] = [
    (server) => server.mqtt.sendRaw(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
    (server) => server.mqtt.sendRaw(Uint8Array.from([0x30, 3, 0, 9, 0x74, 0x20, 2, 0, 5, 0xd0, 0])),
    (server) => server.mqtt.sendRaw(Uint8Array.from([0x20, 2, 0, 5, 0xd0, 0, 0xd0, 0])),
    (server) => server.mqtt.sendRaw(mqttPacket(0x30, Uint8Array.from([0, 1, 0x74]))),
    (server) => server.mqtt.sendRaw(mqttPacket(0x30, Uint8Array.from([0, 1, 0xff, 0x7b, 0x7d]))),
  ];
  for (const cause of troubles) {
    const { clock, server, device, boot, listen } = await createMqttWorld();
    await boot();
    cause(server);
    await clock.advance(400_000);
    assert.equal(server.mqtt.logins.length, 2);
    assert.equal(device.stats.crashes, 0);
    await listen();
  }
  const { clock, server, device, boot } = await createMqttWorld();
  server.mqtt.returnCode = 5;
  await boot();
  await clock.advance(60_000);
  assert.ok(server.mqtt.logins.length >= 4);
  assert.equal(device.state, "idle");
});

test("a packet whose topic is longer than itself ends the connection at once, not when pings find out", async () => {
  const { clock, server, boot } = await createMqttWorld();
  await boot();
  server.mqtt.sendRaw(Uint8Array.from([0x30, 3, 0, 2, 0x74, 0x74, 0x20]));
  await clock.advance(3000);
  assert.equal(server.mqtt.logins.length, 2);
});

test("pings keep the connection; a server that answers none is left after one and a half intervals", async () => {
  const { clock, server, web, boot } = await createMqttWorld();
  web.ota = offer({ ...MQTT_SECTION, keepalive: 60 });
  await boot();
  await clock.advance(300_000);
  assert.ok(server.mqtt.pings >= 5);
  assert.equal(server.mqtt.logins.length, 1);
  server.mqtt.answersPings = false;
  await clock.advance(100_000);
  assert.equal(server.mqtt.logins.length, 2);
});

test("a server that offers both prefers MQTT; one that offers only WebSocket switches back", async () => {
  const store = new MemoryStore();
  const { clock, web, server, device, boot, listen } = await createMqttWorld({ store });
  web.ota = offer(MQTT_SECTION, WEBSOCKET);
  await boot();
  await listen();
  assert.deepEqual([server.log[0], web.upgrades.length], ["hello", 0]);
  web.ota = offer(undefined, WEBSOCKET);
  device.restart();
  await clock.run(device.reached("idle"));
  await listen();
  assert.deepEqual([web.log[0], web.upgrades.length], ["hello", 1]);
  assert.equal(server.mqtt.logins.length, 1, "no connection to the server of before");
  assert.equal(store.get("mqtt", "endpoint")?.value, MQTT_SECTION.endpoint, "it is still known");
});

test("the transport of the last answer is used when the server does not answer", async () => {
  const store = new MemoryStore();
  const { clock, web, server, device, boot, listen } = await createMqttWorld({ store });
  web.ota = offer(MQTT_SECTION, WEBSOCKET);
  await boot();
  web.ota = { status: 500, body: "" };
  device.restart();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  await listen();
  assert.equal(server.log[0], "hello");
  web.ota = offer(undefined, WEBSOCKET);
  await clock.advance(15_000);
  await clock.run(device.reached("idle"));
  await listen();
  assert.equal(web.log[0], "hello", "the retried check changed the server; the conversation through the old one ended");
});

test("without any answer, settings of another firmware are used: an MQTT endpoint without a word about transports", async () => {
  const store = new MemoryStore();
  for (const [key, value] of Object.entries(MQTT_SECTION)) store.set("mqtt", key, { format: "string", value });
  const { web, server, boot, listen } = await createMqttWorld({ store });
  web.ota = { status: 500, body: "" };
  await boot();
  await listen();
  assert.equal(server.log[0], "hello");
});

test("what an answer leaves out is not kept from another server, and what is no setting is not stored", async () => {
  const store = new MemoryStore();
  const { clock, web, device, server, boot } = await createMqttWorld({ store });
  await boot();
  const { endpoint, publish_topic, client_id } = MQTT_SECTION;
  web.ota = offer({ endpoint, publish_topic, client_id, odd: "value", password: "x".repeat(5000) });
  device.restart();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  assert.deepEqual(server.mqtt.logins[1]?.texts, [client_id]);
  assert.equal(store.get("mqtt", "odd"), undefined);
});
