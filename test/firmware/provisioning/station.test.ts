import assert from "node:assert/strict";
import { test } from "node:test";
import { createAirWorld, HOME } from "./phone.ts";

const OFFICE = { ssid: "Office", password: "12345678", rssi: -40 };

test("of the saved networks around, the strongest is joined", async () => {
  const { start, wifi, states } = await createAirWorld([HOME, OFFICE], [HOME, OFFICE]);
  await start("idle");
  assert.equal(wifi.joined, "Office");
  assert.deepEqual(states, ["starting", "activating", "idle"]);
});

test("the radio sleeps while the device rests, and only then; who wants to can keep it awake", async () => {
  const { start, wifi, listen, device, clock } = await createAirWorld([HOME], [HOME]);
  await start("idle");
  assert.equal(wifi.radioSleep, 2);
  await listen();
  assert.equal(wifi.radioSleep, 0);
  device.click();
  await clock.run(device.reached("idle"));
  assert.equal(wifi.radioSleep, 2);
  const awake = await createAirWorld([HOME], [HOME]);
  awake.store.set("wifi", "sleep_mode", { format: "int32", value: 0 });
  await awake.start("idle");
  assert.equal(awake.wifi.radioSleep, 0);
});

test("a network whose password has changed does not keep the device from the next one", async () => {
  const { start, wifi } = await createAirWorld([{ ...OFFICE, password: "87654321" }, HOME], [OFFICE, HOME]);
  await start("idle");
  assert.equal(wifi.joined, "Home");
});

test("a network that hides its name is tried, too", async () => {
  const { start, wifi } = await createAirWorld([{ ...HOME, isHidden: true }], [HOME]);
  await start("idle");
  assert.equal(wifi.joined, "Home");
});

test("after a minute without a network the page opens", async () => {
  const { start, wifi, clock, states } = await createAirWorld([], [HOME]);
  const began = clock.now();
  await start("wifi_configuring");
  assert.equal(clock.now() - began, 60_000);
  assert.deepEqual(states, ["starting", "wifi_configuring"]);
  assert.ok(wifi.hotspot);
});

test("a router that comes back late is joined, when nobody uses the page", async () => {
  const { start, wifi, clock, device, phone } = await createAirWorld([], [HOME]);
  await start("wifi_configuring");
  await phone.ask("/");
  wifi.appear(HOME);
  await clock.advance(30_000);
  assert.equal(device.state, "wifi_configuring");
  await clock.run(device.reached("idle"));
  assert.equal(wifi.joined, "Home");
  assert.equal(wifi.hotspot, undefined);
});

test("a lost network is searched for, less and less often, and found again", async () => {
  const { start, wifi, clock, lines, device } = await createAirWorld([HOME], [HOME]);
  await start("idle");
  wifi.vanish("Home");
  await clock.advance(200_000);
  const waits = lines.flatMap((line) => /no network joined .*retryMs=(\d+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(waits.slice(0, 4), ["10000", "20000", "40000", "80000"]);
  assert.equal(device.state, "idle");
  wifi.appear(HOME);
  await clock.advance(320_000);
  assert.equal(wifi.joined, "Home");
  assert.equal(device.stats.crashes, 0);
});

test("a click while the device starts opens the page", async () => {
  const { device, clock, wifi, lines } = await createAirWorld([], [HOME]);
  device.start();
  await clock.run(device.reached("starting"));
  device.click();
  await clock.run(device.reached("wifi_configuring"));
  assert.ok(wifi.hotspot);
  assert.ok(lines.some((line) => line.includes("hotspot open")));
});

test("whoever leaves the page without a network gets it back after a minute", async () => {
  const { start, phone, clock, device, wifi } = await createAirWorld([HOME]);
  await start("wifi_configuring");
  await phone.json("/exit", {});
  await clock.advance(5000);
  assert.equal(wifi.hotspot, undefined);
  await clock.advance(60_000);
  assert.ok(wifi.hotspot);
  assert.equal(device.state, "wifi_configuring");
});

test("all of it fits into the device's memory, with the page in use", async () => {
  const { start, phone, device, clock } = await createAirWorld([HOME], []);
  await start("wifi_configuring");
  for (let round = 0; round < 5; round++) {
    const calls = ["/", "/scan", "/saved/list", "/generate_204"].map((path) => phone.send(path));
    const answers = await clock.run(Promise.all(calls));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 302],
    );
  }
  await phone.json("/submit", { ssid: HOME.ssid, password: HOME.password });
  await phone.json("/exit", {});
  await clock.run(device.reached("idle"));
  assert.equal(device.stats.crashes, 0);
});
