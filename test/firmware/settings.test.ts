import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, type StoredFormat } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

/** Every key that the firmware writes, as its namespace, and as what; the first ones are those of all XiaoZhi devices. */
const KEYS: Readonly<Record<string, StoredFormat>> = {
  "audio/output_volume": "int32",
  "board/uuid": "string",
  "boot/bad_starts": "int32",
  "display/brightness": "int32",
  "mqtt/client_id": "string",
  "mqtt/endpoint": "string",
  "mqtt/keepalive": "int32",
  "mqtt/password": "string",
  "mqtt/publish_topic": "string",
  "mqtt/subscribe_topic": "string",
  "mqtt/username": "string",
  "websocket/token": "string",
  "websocket/url": "string",
  "websocket/version": "int32",
  "mqtt/will_topic": "string",
  "alarms/list": "string",
  "server/transport": "string",
  "time/offset": "int32",
};

/** What a store holds, by namespace and key. */
class ListedStore extends MemoryStore {
  get content(): Record<string, { format: StoredFormat; value: unknown }> {
    const entries = this.paths().flatMap((path) =>
      this.keys(path).map((key) => [`${path}/${key}`, this.get(path, key)!] as const),
    );
    return Object.fromEntries(entries);
  }
}

const MQTT = {
  endpoint: "mqtt.test:1883",
  client_id: "GID_a@@@b@@@c",
  username: "user",
  password: "secret",
  publish_topic: "device-server",
  subscribe_topic: "null",
  keepalive: 120,
};

async function used() {
  const store = new ListedStore();
  const world = await createWorld({ store });
  const { server, device, boot, listen, clock } = world;
  await boot();
  await listen();
  const call = async (name: string, args: object) => {
    server.send({
      type: "mcp",
      payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
    });
    await clock.advance(50);
  };
  await call("self.audio_speaker.set_volume", { volume: 0 });
  await call("self.screen.set_brightness", { brightness: 0 });
  await call("self.timer.set", { seconds: 3000 });
  return { ...world, store, device, call };
}

test("the keys of a device are those of every XiaoZhi device, and have their types", async () => {
  const { store, server, device, clock } = await used();
  const websocket = { url: "ws://server.test:8000/xiaozhi/v1/", token: "t", version: 3 };
  server.ota = { status: 200, body: JSON.stringify({ mqtt: MQTT, websocket }) };
  device.restart();
  await clock.run(device.reached("idle"));
  const formats = Object.fromEntries(Object.entries(store.content).map(([key, { format }]) => [key, format]));
  assert.deepEqual(formats, KEYS);
  for (const key of Object.keys(KEYS)) for (const name of key.split("/")) assert.ok(name.length <= 15, key);
  const kept = Object.fromEntries(Object.entries(store.content).map(([key, { value }]) => [key, value]));
  for (const [key, value] of Object.entries(MQTT)) assert.equal(kept[`mqtt/${key}`], value);
  for (const [key, value] of Object.entries(websocket)) assert.equal(kept[`websocket/${key}`], value);
  assert.equal(kept["server/transport"], "mqtt");
});

test("a volume and a brightness of 0 are 0 after a restart", async () => {
  const { device, clock, server, listen } = await used();
  device.restart();
  await clock.run(device.reached("idle"));
  await listen();
  server.messages.length = 0;
  const params = { name: "self.get_device_status", arguments: {} };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/call", params } });
  await clock.advance(50);
  const status = JSON.stringify(server.messages[0]);
  assert.match(status, /\\?"volume\\?":0\b/);
  assert.match(status, /\\?"brightness\\?":0\b/);
});

test("settings of a wrong type or out of range are as good as none", async () => {
  const store = new MemoryStore();
  store.set("audio", "output_volume", { format: "string", value: "80" });
  store.set("display", "brightness", { format: "int32", value: 101 });
  store.set("websocket", "version", { format: "int32", value: 9 });
  const { boot, listen, server, clock, device } = await createWorld({ store });
  await boot();
  await listen();
  const params = { name: "self.get_device_status", arguments: {} };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/call", params } });
  await clock.advance(50);
  const status = JSON.stringify(server.messages);
  assert.match(status, /\\?"volume\\?":70\b/);
  assert.match(status, /\\?"brightness\\?":75\b/);
  assert.equal(device.stats.crashes, 0);
});

test("a key of the server that is too long for the store is named and left out", async () => {
  const store = new ListedStore();
  const { server, device, clock, lines } = await createWorld({ store });
  server.ota = { status: 200, body: JSON.stringify({ mqtt: { ...MQTT, a_key_of_16_char: "x" } }) };
  device.start();
  await clock.run(device.reached("idle"));
  assert.ok(lines.includes("warn setting ignored: key too long key=a_key_of_16_char"), lines.join("\n"));
  assert.equal(device.stats.crashes, 0);
  assert.equal(store.content["mqtt/endpoint"]?.value, MQTT.endpoint);
});
