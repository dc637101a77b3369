import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { createBatteryWorld } from "./battery-world.ts";

const BRIGHT = 75;

test("unused for a minute a device dims itself, for five it goes dark and cuts its power", async () => {
  const { boot, clock, backlight, hasPower } = await createBatteryWorld();
  await boot();
  assert.equal(backlight(), BRIGHT);
  await clock.advance(59_000);
  assert.equal(backlight(), BRIGHT);
  await clock.advance(2000);
  assert.equal(backlight(), 10);
  await clock.advance(238_000);
  assert.ok(hasPower());
  await clock.advance(2000);
  assert.equal(backlight(), 0);
  assert.ok(!hasPower());
});

for (const [what, wake] of [
  ["a button", ({ device }) => device.click()],
  ["the wake word", ({ device }) => device.wake()],
] as [string, (world: Awaited<ReturnType<typeof createBatteryWorld>>) => void][]) {
  test(`${what} wakes a dim device, and the time begins anew`, async () => {
    const world = await createBatteryWorld();
    const { boot, clock, device, backlight } = world;
    await boot();
    await clock.advance(70_000);
    assert.equal(backlight(), 10);
    wake(world);
    await clock.run(device.reached("listening"));
    assert.equal(backlight(), BRIGHT);
    await clock.advance(65_000);
    assert.equal(backlight(), BRIGHT, "a conversation is no rest");
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(59_000);
    assert.equal(backlight(), BRIGHT);
    await clock.advance(2000);
    assert.equal(backlight(), 10);
  });
}

test("a brightness below the dim one is not raised", async () => {
  const store = new MemoryStore();
  store.set("display", "brightness", { format: "int32", value: 4 });
  const { boot, clock, backlight } = await createBatteryWorld({ store });
  await boot();
  await clock.advance(70_000);
  assert.equal(backlight(), 4);
});

test("at the charger a device does not rest, and begins to once it is unplugged", async () => {
  const { boot, clock, backlight, plugIn, unplug, hasPower } = await createBatteryWorld();
  plugIn();
  await boot();
  await clock.advance(400_000);
  assert.equal(backlight(), BRIGHT);
  unplug();
  await clock.advance(85_000);
  assert.equal(backlight(), 10);
  plugIn();
  await clock.advance(10_000);
  assert.equal(backlight(), BRIGHT);
  assert.ok(hasPower());
});

test("the owner forbids it, or chooses the times", async () => {
  const never = new MemoryStore();
  never.set("wifi", "sleep_mode", { format: "int32", value: 0 });
  const awake = await createBatteryWorld({ store: never });
  await awake.boot();
  await awake.clock.advance(400_000);
  assert.equal(awake.backlight(), BRIGHT);
  const chosen = new MemoryStore();
  chosen.set("power", "dim_seconds", { format: "int32", value: 0 });
  chosen.set("power", "off_seconds", { format: "int32", value: 20 });
  const other = await createBatteryWorld({ store: chosen });
  await other.boot();
  await other.clock.advance(19_000);
  assert.equal(other.backlight(), BRIGHT);
  await other.clock.advance(2000);
  assert.ok(!other.hasPower());
});

test("a device with an alarm goes dark and keeps its power, and the alarm wakes it", async () => {
  const { boot, listen, device, clock, backlight, hasPower, call } = await createBatteryWorld();
  await boot();
  await listen();
  await call("self.timer.set", { seconds: 600, label: "eggs" });
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(400_000);
  assert.equal(backlight(), 0);
  assert.ok(hasPower());
  await clock.advance(210_000);
  assert.equal(backlight(), BRIGHT);
  await clock.advance(120_000);
  assert.equal(backlight(), BRIGHT, "what rings is not at rest");
});

test("while the page of the hotspot is open nothing rests", async () => {
  const { device, clock, backlight, hasPower } = await createBatteryWorld({ air: [] });
  device.start();
  await clock.run(device.reached("wifi_configuring"));
  await clock.advance(400_000);
  assert.equal(backlight(), BRIGHT);
  assert.ok(hasPower());
});
