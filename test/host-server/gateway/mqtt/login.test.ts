import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OTA_PATH } from "../../../../protocol/ota.ts";
import { fetchFrom } from "../../fakes/http.ts";
import { mqttPacket, text } from "../../fakes/mqtt.ts";
import { createMqttWorld, MAC } from "../../fakes/mqtt-world.ts";
import { createWorld } from "../../fakes/world.ts";

const KEY = { XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "AbcdefghKEY" };
const TOPIC = "devices/p2p/11_22_33_44_55_66";

test("the version check hands out MQTT instead of the WebSocket, or both, when a gateway is set", async () => {
  const { section } = createMqttWorld();
  assert.deepEqual(await section(), {
    endpoint: "gateway.test:1883",
    client_id: "GID_esp_box@@@11_22_33_44_55_66@@@11_22_33_44_55_66",
    username: "eyJpcCI6ICJ1bmtub3duIn0=",
    password: "fwTSa1cMOCtJ6fht3YAKWQc1t07c+WMsxZqCcAh9QNI=",
    publish_topic: "device-server",
    subscribe_topic: TOPIC,
  });
  const sections = async (env: Record<string, string>) => {
    const headers = { "Device-Id": MAC, "Client-Id": "uuid", Host: "10.1.2.3:8002" };
    const { text: body } = await fetchFrom(createWorld({}, { ...KEY, ...env }).server, "http", OTA_PATH, {
      method: "POST",
      headers,
    });
    const { mqtt, websocket } = JSON.parse(body);
    return [mqtt?.endpoint, websocket?.url];
  };
  const url = "ws://10.1.2.3:8000/xiaozhi/v1/";
  assert.deepEqual(await sections({}), [undefined, url]);
  assert.deepEqual(await sections({ XIAOZHI_SERVER_MQTT_GATEWAY: "a:1" }), ["a:1", undefined]);
  const both = { XIAOZHI_SERVER_MQTT_GATEWAY: "auto", XIAOZHI_GATEWAY_OFFER_WEBSOCKET: "true" };
  assert.deepEqual(await sections(both), ["10.1.2.3:1883", url]);
});

test("for devices at another broker: a user of their own, a topic of their own, and a will on it", async () => {
  const env = {
    ...{ XIAOZHI_GATEWAY_BROKER: "mqtt://gate:se%40cret@broker.test", XIAOZHI_GATEWAY_NODE: "east" },
    ...{ XIAOZHI_SERVER_MQTT_GATEWAY: "auto", XIAOZHI_SERVER_UDP_GATEWAY: "audio.test" },
  };
  const { section, server } = createMqttWorld({}, env);
  const { client_id, username, password, ...rest } = (await section()) as unknown as Record<string, string>;
  assert.deepEqual(rest, {
    endpoint: "broker.test:1883",
    publish_topic: "device-server/east/11_22_33_44_55_66",
    subscribe_topic: TOPIC,
    will_topic: "device-server/east/11_22_33_44_55_66",
  });
  const judge = async (body: object) => {
    const request = { method: "POST", body: JSON.stringify(body) };
    return JSON.parse((await fetchFrom(server, "api", "/mqtt/auth", request)).text);
  };
  const good = { clientid: client_id, username, password };
  const { result, is_superuser, acl } = await judge(good);
  assert.deepEqual([result, is_superuser, username], ["allow", false, "11_22_33_44_55_66"]);
  assert.deepEqual(
    acl.map(({ permission, topic }: Record<string, string>) => `${permission} ${topic}`),
    ["allow device-server/east/11_22_33_44_55_66", `allow ${TOPIC}`, "deny #"],
  );
  for (const changes of [
    { password: "x" },
    { username: "11_22_33_44_55_67" },
    { clientid: "other" },
    { password: 7 },
  ]) {
    assert.deepEqual(await judge({ ...good, ...changes }), { result: "deny" });
  }
  assert.equal((await judge({ clientid: "x", username: "gate", password: "se@cret" })).is_superuser, true);
  assert.deepEqual(await judge({ clientid: "x", username: "gate", password: "secret" }), { result: "deny" });
});

test("the settings for EMQX in the documentation ask what the gateway answers", async () => {
  const env = {
    ...{ XIAOZHI_GATEWAY_BROKER: "mqtt://gateway:its-password@192.168.1.10:1883" },
    ...{ XIAOZHI_SERVER_MQTT_GATEWAY: "auto", XIAOZHI_SERVER_UDP_GATEWAY: "192.168.1.10" },
  };
  const { section, server } = createMqttWorld({}, env);
  const { client_id: clientid, username = "", password = "" } = await section();
  const docs = readFileSync(new URL("../../../../docs/server.md", import.meta.url), "utf8");
  const settings = /```hocon\n([^`]+)```/.exec(docs)?.[1] ?? "";
  const path = new URL(/url = "([^"]+)"/.exec(settings)?.[1] ?? "").pathname;
  const template = /body \{ (.+) \}/.exec(settings)?.[1] ?? "";
  const values: Record<string, string> = { clientid, username, password };
  const body = Object.fromEntries(
    template.split(", ").map((pair) => {
      const [, name = "", place = ""] = /^(\w+) = "\$\{(\w+)\}"$/.exec(pair) ?? [];
      return [name, values[place]];
    }),
  );
  assert.match(settings, /method = post[\s\S]*content-type = "application\/json"/);
  const ask = (changes: object) =>
    fetchFrom(server, "api", path, { method: "POST", body: JSON.stringify({ ...body, ...changes }) });
  assert.equal(JSON.parse((await ask({})).text).result, "allow");
  assert.equal(JSON.parse((await ask({ password: "guessed" })).text).result, "deny");
});

test("a broker without the address for audio refuses to start, naming the key", () => {
  const env = { XIAOZHI_GATEWAY_BROKER: "mqtt://broker.test", XIAOZHI_SERVER_MQTT_GATEWAY: "auto" };
  assert.throws(() => createMqttWorld({}, env), /config-invalid: server\.udp_gateway/);
});

test("people who open the address of the version check are told the same", async () => {
  const { server } = createMqttWorld();
  const { text: greeting } = await fetchFrom(server, "http", OTA_PATH);
  assert.match(greeting, /^OTA.*MQTT.*gateway\.test:1883\n/);
});

test("a good login is accepted, with MQTT 3.1, too; a will and a long client id are no harm", async () => {
  const { login, stop } = createMqttWorld();
  for (const changes of [{}, { level: 3 }, { will: "devices/p2p/aa_aa_aa_aa_aa_aa" }]) {
    const device = await login(changes);
    assert.equal(device.connack, 0);
    device.ping();
    await new Promise(setImmediate);
    assert.equal(device.isClosed, false);
  }
  await stop();
});

test("a hello that does not wait for CONNACK is answered, wherever the broker is with the login", async () => {
  const { dial, section, clock, stop } = createMqttWorld();
  for (let rounds = 0; rounds < 30; rounds++) {
    const device = dial();
    device.login(await section());
    for (let round = 0; round < rounds; round++) await new Promise(setImmediate);
    device.hello();
    await clock.advance(20);
    assert.equal(device.of("hello").length, 1, `after ${rounds} rounds`);
  }
  await stop();
});

test("a bad login is refused in CONNACK, before anything else is said", async () => {
  const { login, section, stop } = createMqttWorld();
  const { password = "" } = await section();
  const cases: [changes: object, code: number][] = [
    [{ password: "nonsense" }, 4],
    [{ password: `${password}x` }, 4],
    [{ password: "" }, 4],
    [{ username: "other" }, 4],
    [{ client_id: "GID_esp_box@@@11_22_33_44_55_67@@@11_22_33_44_55_67" }, 4],
    [{ client_id: "GID_esp_box@@@11_22_33_44_55_66" }, 4],
    [{ client_id: "just a name" }, 2],
    [{ client_id: "GID@@@nothing@@@x" }, 2],
    [{ level: 5 }, 1],
  ];
  for (const [changes, code] of cases) {
    const device = await login(changes);
    assert.deepEqual(
      [device.connack, device.messages.length, device.isClosed],
      [code, 0, true],
      JSON.stringify(changes),
    );
  }
  await stop();
});

test("client ids of two parts come in only where the configuration says so", async () => {
  const { login, stop } = createMqttWorld({}, { XIAOZHI_GATEWAY_ALLOW_UNSIGNED: "true" });
  const device = await login({ client_id: "GID@@@11_22_33_44_55_66", password: "" });
  assert.equal(device.connack, 0);
  assert.equal((await login({ password: "wrong" })).connack, 4, "a signature that is there must be right");
  await stop();
});

test("who says nothing, or not CONNECT first, is cut", async () => {
  const { dial, clock, stop } = createMqttWorld();
  const mute = dial();
  const rude = dial();
  rude.ping();
  await clock.advance(9_000);
  assert.deepEqual([mute.isClosed, rude.isClosed], [false, true]);
  await clock.advance(2_000);
  assert.equal(mute.isClosed, true);
  await stop();
});

test("when the gateway stops, who has not logged in is cut, too", async () => {
  const { dial, clock, stop } = createMqttWorld();
  const mute = dial();
  const slow = dial();
  slow.stream.write(Buffer.from([0x10, 60, 0, 4]));
  await clock.advance(100);
  await stop();
  await clock.advance(20);
  assert.deepEqual([mute.isClosed, slow.isClosed], [true, true]);
});

test("a device may subscribe to its own topic only, and gets each message once, subscribed or not", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login();
  for (const topic of [TOPIC, "#", "devices/p2p/+", "devices/p2p/aa_aa_aa_aa_aa_aa", "$SYS/#"]) device.subscribe(topic);
  await clock.advance(20);
  assert.deepEqual(
    device.granted.sort((a, b) => a - b),
    [0, 128, 128, 128, 128],
  );
  device.hello();
  await clock.advance(20);
  assert.equal(device.of("hello").length, 1);
  assert.deepEqual(new Set(device.topics), new Set([TOPIC]));
  await stop();
});

test("who publishes on a topic of another is cut, and the other hears nothing", async () => {
  const { login, clock, stop } = createMqttWorld();
  const victim = await login({}, "aa:aa:aa:aa:aa:aa");
  victim.subscribe("devices/p2p/aa_aa_aa_aa_aa_aa");
  await clock.advance(20);
  const before = victim.messages.length;
  const device = await login();
  device.send({ type: "alert" }, "devices/p2p/aa_aa_aa_aa_aa_aa");
  await clock.advance(20);
  assert.deepEqual([device.isClosed, victim.messages.length], [true, before]);
  await stop();
});

test("of one device's connections the newest stays, whatever its client id; the session of the older one ends", async () => {
  const { login, converse, clock, server, section, stop } = createMqttWorld();
  const { device: older } = await converse();
  assert.equal(server.sessionCount, 1);
  const newer = await login();
  await clock.advance(20);
  assert.deepEqual([older.isClosed, newer.isClosed, server.sessionCount], [true, false, 0]);
  newer.hello();
  await clock.advance(20);
  assert.equal(server.sessionCount, 1);
  const refused = await login({ password: "wrong" });
  assert.deepEqual([refused.connack, newer.isClosed], [4, false], "a refused login ends nobody's connection");
  assert.ok((await section()).client_id);
  await stop();
});

test("a device that is silent for one and a half keepalives is cut; pings and audio keep it", async () => {
  const { login, converse, clock, stop } = createMqttWorld();
  const pinging = await login({ keepalive: 60 });
  for (let count = 0; count < 5; count++) {
    await clock.advance(80_000);
    pinging.ping();
  }
  await clock.advance(80_000);
  assert.deepEqual([pinging.isClosed, pinging.pings], [false, 5]);
  await clock.advance(20_000);
  assert.equal(pinging.isClosed, true);
  const { device, audio } = await converse({ keepalive: 60 });
  for (let count = 0; count < 5; count++) {
    await clock.advance(20_000);
    audio.send(Uint8Array.of(0x58));
  }
  assert.equal(device.isClosed, false);
  await stop();
});

test("packets that are too long, too many, or no packets end the connection and nothing else", async () => {
  const limits = { XIAOZHI_GATEWAY_MAX_PACKET_BYTES: "2048", XIAOZHI_GATEWAY_MAX_PACKETS_PER_SECOND: "10" };
  const { login, dial, clock, stop } = createMqttWorld({}, limits);
  const good = await login({}, "aa:aa:aa:aa:aa:aa");
  const long = await login();
  long.send("x".repeat(3_000));
  await clock.advance(20);
  const announced = dial();
  announced.stream.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
  const busy = await login();
  for (let count = 0; count < 60; count++) busy.ping();
  const garbled = dial();
  garbled.stream.write("GET / HTTP/1.1\r\n\r\n");
  const wild = await login({}, "bb:bb:bb:bb:bb:bb");
  wild.stream.write(mqttPacket(0x30, text("a/#/b"), Buffer.from("{}")));
  await clock.advance(20);
  const closed = [long, announced, busy, garbled, wild].map(({ isClosed }) => isClosed);
  assert.deepEqual(closed, [true, true, true, true, true]);
  good.hello();
  await clock.advance(20);
  assert.equal(good.of("hello").length, 1);
  await stop();
});

test("one address may have so many connections as the configuration says", async () => {
  const { login, clock, stop } = createMqttWorld({}, { XIAOZHI_GATEWAY_MAX_CONNECTIONS_PER_ADDRESS: "2" });
  const macs = ["aa:aa:aa:aa:aa:01", "aa:aa:aa:aa:aa:02", "aa:aa:aa:aa:aa:03"];
  const devices = [];
  for (const mac of macs) devices.push(await login({}, mac));
  assert.deepEqual(
    devices.map(({ connack }) => connack),
    [0, 0, undefined],
  );
  devices[0]?.stream.destroy();
  await clock.advance(20);
  assert.equal((await login({}, macs[2])).connack, 0);
  await stop();
});
