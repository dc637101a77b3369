import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

test("the version check says who the device is, in headers and body", async () => {
  const { server, device, states, boot } = await createWorld();
  await boot();
  assert.deepEqual(states, ["starting", "activating", "idle"]);
  const { headers, body } = server.otaRequests[0] ?? {};
  const mac = device.mac.toLowerCase();
  assert.equal(headers?.["device-id"], mac);
  assert.equal(headers?.["activation-version"], "1");
  assert.equal(headers?.["user-agent"], "simulator/0.1.0");
  assert.equal(headers?.["accept-language"], "en-US");
  assert.equal(headers?.["content-type"], "application/json");
  assert.deepEqual(Object.keys(body ?? {}), [
    "version",
    "language",
    "mac_address",
    "uuid",
    "chip_model_name",
    "application",
    "display",
    "board",
    "trusts",
  ]);
  assert.equal(body?.["version"], 2);
  assert.equal(body?.["uuid"], headers?.["client-id"]);
  assert.deepEqual(body?.["application"], { name: "xiaozhi", version: "0.1.0" });
  assert.deepEqual(body?.["board"], {
    type: "simulator",
    name: "simulator",
    manufacturer: "",
    ssid: "simulator",
    rssi: -50,
    channel: 6,
    ip: "10.0.0.2",
    mac,
  });
});

test("what a board says about itself is in the body, and any text is escaped", async () => {
  const status = { SSID: 'a "b" \\ \u0001 家' };
  const source = `export default Object.freeze({
    name: "box", family: "box-family", chip: "esp32s3", manufacturer: "maker", flashBytes: 16777216,
  });`;
  const { server, boot } = await createWorld({ modules: [{ specifier: "board", path: "box.ts", source }], status });
  await boot();
  const { body } = server.otaRequests[0] ?? {};
  assert.equal(body?.["flash_size"], 16_777_216);
  assert.equal(Object.keys(body ?? {})[2], "flash_size");
  assert.equal(body?.["chip_model_name"], "esp32s3");
  const { type, name, manufacturer, ssid } = (body?.["board"] ?? {}) as Record<string, string>;
  assert.deepEqual(
    { type, name, manufacturer, ssid },
    { type: "box-family", name: "box", manufacturer: "maker", ssid: status.SSID },
  );
});

test("without a network name, signal and address are left out", async () => {
  const { server, boot } = await createWorld({ status: { SSID: undefined!, RSSI: undefined!, CHANNEL: undefined! } });
  await boot();
  const keys = Object.keys(server.otaRequests[0]?.body["board"] as object);
  assert.deepEqual(keys, ["type", "name", "manufacturer", "ip", "mac"]);
});

test("the answer is kept: server address over a restart, and the clock runs in UTC", async () => {
  const store = new MemoryStore();
  const { clock, server, device, boot } = await createWorld({ store });
  await boot();
  assert.equal(store.get("websocket", "url")?.value, "ws://server.test:8000/xiaozhi/v1/");
  assert.equal(store.get("websocket", "token")?.value, "a-token");
  assert.equal(store.get("time", "offset")?.value, 480);
  server.ota = { status: 500, body: "" };
  device.restart();
  await clock.run(device.reached("idle"));
  device.click();
  await clock.run(device.reached("listening"));
});

test("a failing version check is tried again after 10, 20, 40 s …, and a click hurries it", async () => {
  const { clock, server, device, lines } = await createWorld();
  const { body } = server.ota;
  server.ota = { status: 503, body: "" };
  device.start();
  await clock.advance(31_000);
  assert.equal(server.otaRequests.length, 3, "at 0, 10 and 30 s");
  assert.ok(
    lines.some((line) => line.includes("version check failed") && line.includes("expected status 200, got 503")),
  );
  server.ota = { status: 200, body };
  device.click();
  await clock.advance(500);
  assert.equal(server.otaRequests.length, 4);
  assert.equal(device.state, "idle");
});

test("a press hurries it, too", async () => {
  const { clock, server, device } = await createWorld();
  const { body } = server.ota;
  server.ota = { status: 503, body: "" };
  device.start();
  await clock.advance(1000);
  server.ota = { status: 200, body };
  device.press();
  await clock.advance(1500);
  device.release();
  await clock.advance(500);
  assert.equal(server.otaRequests.length, 2);
  assert.equal(device.state, "idle");
  assert.equal(server.upgrades.length, 0);
});

test("ten failures end the attempts; the device is ready, and says why it cannot talk", async () => {
  const { clock, server, device, lines } = await createWorld();
  server.ota = { status: 200, body: "<html>" };
  device.start();
  await clock.advance(5_200_000);
  assert.equal(server.otaRequests.length, 10);
  assert.equal(device.state, "idle");
  device.click();
  await clock.advance(500);
  assert.ok(lines.some((line) => line.includes("alert") && line.includes("Looking for available service")));
  assert.equal(device.state, "idle");
});

test("an odd answer is used as far as it goes", async () => {
  for (const body of ["{}", '{"websocket":5,"firmware":[],"server_time":"now"}', '{"mqtt":{"endpoint":"h"}}']) {
    const { clock, server, device } = await createWorld();
    server.ota = { status: 200, body };
    device.start();
    await clock.run(device.reached("idle"));
    assert.equal(device.stats.crashes, 0);
  }
});

test("a stored address wins over the built-in one", async () => {
  const store = new MemoryStore();
  store.set("wifi", "ota_url", { format: "string", value: "http://server.test:8002/other/" });
  const { server, boot } = await createWorld({ store, config: { otaUrl: "http://nowhere.test/" } });
  await boot();
  assert.equal(server.otaRequests.length, 1);
});

test("a click in the first moment after power on counts", async () => {
  const { clock, device, boot } = await createWorld({}, { delayMs: 0 });
  const startedAt = clock.now();
  await boot();
  assert.ok(clock.now() - startedAt < 20, `ready after ${clock.now() - startedAt} ms`);
  device.click();
  await clock.advance(1000);
  assert.equal(device.state, "listening");
});
