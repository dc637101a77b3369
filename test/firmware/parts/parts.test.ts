import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { partsWorld } from "./parts-world.ts";

test("a lamp is off at first, and goes on and off", async () => {
  const { device, call, names } = await partsWorld("lamp(18)", `import { lamp } from "modules/parts/switch";`);
  assert.deepEqual(await names(), ["self.lamp.get_state", "self.lamp.turn_on", "self.lamp.turn_off"]);
  assert.equal(device.pins.level(18), 0);
  assert.deepEqual(await call("self.lamp.turn_on"), { success: true, power: true });
  assert.equal(device.pins.level(18), 1);
  assert.deepEqual(await call("self.lamp.get_state"), { power: true });
  await call("self.lamp.turn_off");
  assert.equal(device.pins.level(18), 0);
  assert.deepEqual(await call("self.lamp.get_state"), { power: false });
});

test("a relay that is on while its pin is low", async () => {
  const relay = `relay(4, { name: "pump", what: "the pump", isActiveLow: true })`;
  const { device, call } = await partsWorld(relay, `import { relay } from "modules/parts/switch";`);
  assert.equal(device.pins.level(4), 1);
  await call("self.pump.turn_on");
  assert.equal(device.pins.level(4), 0);
});

test("a pump never runs for longer than it may, and as long as it is told", async () => {
  const relay = `relay(4, { name: "pump", what: "the pump", mostSeconds: 30 })`;
  const { device, clock, call } = await partsWorld(relay, `import { relay } from "modules/parts/switch";`);
  const isOnAfter = async (ms: number) => {
    await clock.advance(ms);
    return device.pins.level(4);
  };
  assert.deepEqual(await call("self.pump.turn_on", { seconds: 10 }), { success: true, power: true });
  assert.deepEqual([await isOnAfter(9000), await isOnAfter(2000)], [1, 0]);
  assert.deepEqual(await call("self.pump.get_state"), { power: false });
  await call("self.pump.turn_on");
  assert.deepEqual([await isOnAfter(29_000), await isOnAfter(2000)], [1, 0]);
  // The time begins anew, and what turns it off has turned it off.
  await call("self.pump.turn_on", { seconds: 10 });
  await call("self.pump.turn_off");
  await call("self.pump.turn_on", { seconds: 20 });
  assert.deepEqual([await isOnAfter(15_000), await isOnAfter(6000)], [1, 0]);
  assert.match(String(await call("self.pump.turn_on", { seconds: 31 })), /maximum allowed: 30/);
});

test("a fan runs as fast as it is told, and comes back to it", async () => {
  const fan = `dimmer(6, { name: "fan", what: "the fan", quality: "speed" })`;
  const { device, call, names } = await partsWorld(fan, `import { dimmer } from "modules/parts/dimmer";`);
  assert.deepEqual(
    await names(),
    ["get_speed", "set_speed", "turn_on", "turn_off"].map((verb) => `self.fan.${verb}`),
  );
  const percent = () => Math.round((device.pins.duty(6) ?? -1) * 100);
  assert.equal(percent(), 0);
  assert.deepEqual(await call("self.fan.set_speed", { speed: 40 }), { success: true, speed: 40 });
  assert.equal(percent(), 40);
  await call("self.fan.turn_off");
  assert.equal(percent(), 0);
  await call("self.fan.turn_on");
  assert.deepEqual([percent(), await call("self.fan.get_speed")], [40, { speed: 40 }]);
  assert.match(String(await call("self.fan.set_speed", { speed: 101 })), /maximum allowed: 100/);
});

const RED = { red: 255, green: 0, blue: 0 };
const DARK = { red: 0, green: 0, blue: 0 };

test("an LED strip shows colours, blinks and scrolls, and keeps its brightness over a restart", async () => {
  const store = new MemoryStore();
  const imports = `import { ledStrip } from "modules/parts/led-strip";`;
  const { device, clock, call } = await partsWorld("ledStrip({ pin: 5, length: 4 })", imports, { store });
  const shown = () => device.hardware.pixels?.colors;
  assert.deepEqual(await call("self.led_strip.get_brightness"), { level: 4 });
  assert.equal(device.hardware.pixels?.brightness, 128);
  await call("self.led_strip.set_brightness", { level: 8 });
  assert.equal(device.hardware.pixels?.brightness, 255);
  await call("self.led_strip.set_all_color", RED);
  assert.deepEqual(shown(), [RED, RED, RED, RED]);
  await call("self.led_strip.set_single_color", { index: 3, ...DARK });
  assert.deepEqual(shown(), [RED, RED, RED, DARK]);
  assert.match(String(await call("self.led_strip.set_single_color", { index: 4, ...RED })), /maximum allowed: 3/);
  await call("self.led_strip.scroll", { ...RED, length: 2, interval: 1000 });
  assert.deepEqual(shown(), [RED, RED, DARK, DARK]);
  await clock.advance(1000);
  assert.deepEqual(shown(), [DARK, RED, RED, DARK]);
  await clock.advance(2000);
  assert.deepEqual(shown(), [RED, DARK, DARK, RED]);
  await call("self.led_strip.blink", { ...RED, interval: 200 });
  assert.deepEqual(shown()?.[0], RED);
  await clock.advance(200);
  assert.deepEqual(shown()?.[0], DARK);
  await call("self.led_strip.set_all_color", DARK);
  await clock.advance(1000);
  assert.deepEqual(shown(), [DARK, DARK, DARK, DARK]);
  const again = await partsWorld("ledStrip({ pin: 5, length: 4 })", imports, { store });
  assert.deepEqual(await again.call("self.led_strip.get_brightness"), { level: 8 });
});

/** Degrees that a servo with the usual pulses is told. */
function degrees(duty: number | undefined): number {
  return Math.round((((duty ?? 0) * 20_000 - 500) / 2000) * 180);
}

test("a servo moves gently to its angle, within what its mechanics allow", async () => {
  const gate = `servo({ pin: 6, name: "gate", what: "the gate", minimum: 10, maximum: 120, start: 10 })`;
  const { device, clock, call } = await partsWorld(gate, `import { servo } from "modules/parts/servo";`);
  assert.equal(degrees(device.pins.duty(6)), 10);
  await call("self.gate.move", { angle: 110, duration: 1000 });
  const way: number[] = [];
  for (let step = 0; step < 10; step++) {
    await clock.advance(100);
    way.push(degrees(device.pins.duty(6)));
  }
  assert.deepEqual(
    way,
    [...way].sort((a, b) => a - b),
  );
  assert.ok(
    way.some((angle) => angle > 30 && angle < 90),
    String(way),
  );
  assert.equal(way.at(-1), 110);
  assert.match(String(await call("self.gate.move", { angle: 121 })), /maximum allowed: 120/);
  await call("self.gate.move", { angle: 20, duration: 1000 });
  await call("self.gate.stop");
  const stopped = degrees(device.pins.duty(6));
  await clock.advance(2000);
  assert.equal(degrees(device.pins.duty(6)), stopped);
});

const DOG = `robot({
  name: "dog", what: "the robot dog",
  servos: { left: 7, right: 8 },
  rest: { angles: { left: 90, right: 90 }, ms: 300 },
  actions: { walk: [
    { angles: { left: 60, right: 120 }, ms: 200 },
    { angles: { left: 120, right: 60 }, ms: 200 },
  ] },
})`;
const ROBOT = `import { robot } from "modules/parts/robot";`;

test("a robot does one action after the other, stops at once, and returns to rest", async () => {
  const { device, clock, call } = await partsWorld(DOG, ROBOT);
  const pose = () => [degrees(device.pins.duty(7)), degrees(device.pins.duty(8))];
  assert.deepEqual(pose(), [90, 90]);
  assert.equal(await call("self.dog.action", { action: "walk", steps: 2 }), true);
  assert.equal(await call("self.dog.action", { action: "walk", steps: 1, speed: 400 }), true);
  assert.equal(await call("self.dog.get_status"), "moving");
  await clock.advance(1400);
  assert.equal(await call("self.dog.get_status"), "idle");
  assert.deepEqual(pose(), [120, 60]);
  for (let order = 0; order < 11; order++) await call("self.dog.action", { action: "walk", steps: 100 });
  assert.match(String(await call("self.dog.action", { action: "walk" })), /Too many orders: 10/);
  assert.match(String(await call("self.dog.action", { action: "fly" })), /not one of walk/);
  await call("self.dog.stop");
  await clock.advance(400);
  assert.deepEqual(pose(), [90, 90]);
  assert.equal(await call("self.dog.get_status"), "idle");
});

test("a robot goes through poses that the model makes up", async () => {
  const { device, clock, call } = await partsWorld(DOG, ROBOT);
  const poses = [{ angles: { left: 45, right: 135 }, ms: 100 }];
  assert.equal(await call("self.dog.servo_sequences", { poses }), true);
  await clock.advance(200);
  assert.equal(degrees(device.pins.duty(7)), 45);
  assert.match(String(await call("self.dog.servo_sequences", { poses: [] })), /Wrong number of items/);
  const crooked = [{ angles: { left: 200 }, ms: 100 }];
  assert.match(String(await call("self.dog.servo_sequences", { poses: crooked })), /poses\[0\]\.angles\.left is 200/);
});

test("a robot's corrections move its servos at once and after a restart, also when what was kept is broken", async () => {
  const store = new MemoryStore();
  const { device, call } = await partsWorld(DOG, ROBOT, { store });
  await call("self.dog.set_trim", { servo_type: "left", trim_value: -10 });
  assert.equal(degrees(device.pins.duty(7)), 80);
  const again = await partsWorld(DOG, ROBOT, { store });
  assert.equal(degrees(again.device.pins.duty(7)), 80);
  assert.deepEqual(await again.call("self.dog.get_trims"), { left: -10, right: 0 });
  store.set("parts", "dog", { format: "string", value: "{broken" });
  const third = await partsWorld(DOG, ROBOT, { store });
  assert.deepEqual(await third.call("self.dog.get_trims"), { left: 0, right: 0 });
});

test("a chassis drives for a while and stops by itself", async () => {
  const source = "chassis({ left: { forward: 9, backward: 10 }, right: { forward: 11, backward: 12 } })";
  const { device, clock, call } = await partsWorld(source, `import { chassis } from "modules/parts/chassis";`);
  const duties = () => [9, 10, 11, 12].map((pin) => Math.round(100 * (device.pins.duty(pin) ?? 0)));
  assert.deepEqual(duties(), [0, 0, 0, 0]);
  await call("self.chassis.go_forward", { speed: 50, duration: 500 });
  assert.deepEqual(duties(), [50, 0, 50, 0]);
  await clock.advance(500);
  assert.deepEqual(duties(), [0, 0, 0, 0]);
  await call("self.chassis.turn_left", { speed: 100 });
  assert.deepEqual(duties(), [0, 100, 100, 0]);
  await call("self.chassis.stop");
  assert.deepEqual(duties(), [0, 0, 0, 0]);
  await call("self.chassis.dance");
  assert.deepEqual(duties(), [0, 80, 80, 0]);
  await clock.advance(6 * 400);
  assert.deepEqual(duties(), [0, 0, 0, 0]);
});

test("a part that cannot come to life is named in the log, and the others work", async () => {
  const imports = `import { lamp, relay } from "modules/parts/switch";`;
  const parts = `lamp(18), relay(18, { name: "pump", what: "the pump" })`;
  const { lines, names } = await partsWorld(parts, imports);
  assert.deepEqual(await names(), ["self.lamp.get_state", "self.lamp.turn_on", "self.lamp.turn_off"]);
  assert.ok(
    lines.some((line) => /pump at pin 18/.test(line) && /in use/.test(line)),
    lines.join("\n"),
  );
});
