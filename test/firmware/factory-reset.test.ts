import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createAirWorld, HOME } from "./provisioning/phone.ts";
import { createWorld } from "./world.ts";

test("a button that is held for ten seconds while the device starts erases what its owner told it", async () => {
  const { device, clock, start, store, savedNames, lines } = await createAirWorld([], [HOME]);
  store.set("factory", "serial", { format: "string", value: "S".repeat(32) });
  store.set("audio", "output_volume", { format: "int32", value: 12 });
  await start("starting");
  device.press();
  await clock.advance(4000);
  assert.ok(lines.some((line) => line.includes("Hold 7 s longer to erase all settings")));
  assert.deepEqual(savedNames(), ["Home"]);
  await clock.run(device.reached("off"));
  device.release();
  assert.ok(lines.some((line) => line.includes("All settings erased")));
  await clock.run(device.reached("wifi_configuring"));
  assert.deepEqual(savedNames(), []);
  assert.equal(store.get("audio", "output_volume"), undefined);
  assert.equal(store.get("factory", "serial")?.value, "S".repeat(32));
});

test("held only until the warning, the button opens the page for another network", async () => {
  const { device, clock, start, savedNames } = await createAirWorld([], [HOME]);
  await start("starting");
  device.press();
  await clock.advance(5000);
  device.release();
  await clock.run(device.reached("wifi_configuring"));
  await clock.advance(20_000);
  assert.deepEqual(savedNames(), ["Home"]);
});

test("a press of a device that is ready talks, however long it is held", async () => {
  const { device, clock, boot, lines } = await createWorld();
  await boot();
  device.press();
  await clock.advance(15_000);
  device.release();
  assert.ok(!lines.some((line) => line.includes("erase")));
});

async function createToolWorld() {
  const world = await createAirWorld([HOME], [HOME]);
  const { server, clock, listen, start } = world;
  await start("idle");
  await listen();
  const ask = async (method: string, params: object) => {
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 7, method, params } });
    await clock.advance(50);
    return JSON.stringify(server.messages.at(-1)?.["payload"]);
  };
  await ask("tools/list", { withUserTools: true });
  const call = (name: string, args: object = {}) => ask("tools/call", { name, arguments: args });
  return { ...world, call };
}

test("the tool asks before it erases", async () => {
  const { device, clock, call, savedNames } = await createToolWorld();
  assert.match(await call("self.factory_reset"), /Really erase/);
  await clock.advance(5000);
  assert.deepEqual(savedNames(), ["Home"]);
  await call("self.factory_reset", { confirmed: true });
  await clock.run(device.reached("off"));
  assert.deepEqual(savedNames(), []);
});

test("a tool ends the conversation and opens the page; what is set up there is used without a restart", async () => {
  const { device, clock, call, phone, wifi, server } = await createToolWorld();
  await call("self.reconfigure_wifi");
  await clock.run(device.reached("wifi_configuring"));
  await clock.advance(3000);
  assert.equal(server.openSockets, 0);
  wifi.appear({ ssid: "Office", password: "12345678", rssi: -30 });
  await phone.json("/submit", { ssid: "Office", password: "12345678" });
  await phone.json("/exit", {});
  await clock.run(device.reached("idle"));
  assert.equal(wifi.joined, "Office");
  assert.equal(device.stats.starts, 1);
});

test("every name space of the settings is known to the reset", () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const list = /NAMESPACES[^(]*\(\[([^\]]*)\]/.exec(read("modules/io/settings-store.ts"))?.[1] ?? "";
  const known = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const used = [...read("modules/boot/settings.ts").matchAll(/#store\.\w+\(\s*"(\w+)"/g)].map(([, name]) => name);
  assert.ok(used.length > 20);
  assert.deepEqual(
    [...new Set(used)].filter((name) => !known.includes(name)),
    [],
  );
});
