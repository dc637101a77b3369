import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Axp2101Chip } from "../../../simulator/chips/power-chips.ts";
import { runWithChips } from "../chips/chip-program.ts";
import { firmwareImage, IMAGE_URL, serveImages } from "../firmware-images.ts";
import { createWorld } from "../world.ts";
import { createBatteryWorld } from "./battery-world.ts";

const isLow = (line: string) => line.includes("Battery low");

test("the model learns the level and whether it is charging", async () => {
  const { boot, listen, call, setBattery, plugIn, clock } = await createBatteryWorld();
  setBattery(3800);
  await boot();
  await listen();
  const status = JSON.parse(await call("self.get_device_status"));
  assert.deepEqual(status.battery, { level: 55, charging: false });
  plugIn();
  setBattery(4000);
  await clock.advance(10_000);
  assert.deepEqual(JSON.parse(await call("self.get_device_status")).battery, { level: 85, charging: true });
});

test("a device without a battery says nothing of one", async () => {
  const { boot, listen, server, clock } = await createWorld();
  await boot();
  await listen();
  const params = { name: "self.get_device_status", arguments: {} };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 7, method: "tools/call", params } });
  await clock.advance(50);
  assert.ok(!JSON.stringify(server.messages.at(-1)).includes("battery"));
});

test("a low battery is told once, again after it was charged, and never at the charger", async () => {
  const { boot, setBattery, plugIn, unplug, clock, lines } = await createBatteryWorld();
  await boot();
  assert.equal(lines.filter(isLow).length, 0);
  setBattery(3640);
  await clock.advance(30_000);
  assert.match(lines.filter(isLow).join(), /^warn alert text="?Battery low \(19 %\), please charge/);
  setBattery(3660);
  await clock.advance(20_000);
  setBattery(3600);
  await clock.advance(20_000);
  assert.equal(lines.filter(isLow).length, 1, "a level that swings is no news");
  plugIn();
  setBattery(4000);
  await clock.advance(20_000);
  unplug();
  setBattery(3600);
  await clock.advance(20_000);
  assert.equal(lines.filter(isLow).length, 2);
});

test("a low battery refuses an upgrade by name, and a charger allows it", async () => {
  const { network, server, device, clock, lines, setBattery, plugIn } = await createBatteryWorld();
  const image = firmwareImage(40_000, { board: "simulator-battery" });
  await serveImages(network, (response) => response.writeHead(200, { "content-length": image.length }).end(image));
  const firmware = { version: "9.0.0", url: IMAGE_URL };
  server.ota = { status: 200, body: JSON.stringify({ ...JSON.parse(server.ota.body), firmware }) };
  setBattery(3550);
  device.start();
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => /Upgrade refused: the battery is at \d+ %/.test(line)));
  assert.equal(device.hardware.firmwareSlot.installed, undefined);
  plugIn();
  device.restart();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("off"));
  assert.ok(device.hardware.firmwareSlot.installed);
});

test("a charger lets the radio sleep less deeply", async () => {
  const { boot, device, clock, plugIn, unplug } = await createBatteryWorld();
  await boot();
  assert.equal(device.hardware.wifi.radioSleep, 2);
  plugIn();
  await clock.advance(10_000);
  assert.equal(device.hardware.wifi.radioSleep, 1);
  unplug();
  await clock.advance(10_000);
  assert.equal(device.hardware.wifi.radioSleep, 2);
});

const CURVE = `import { percentAt } from "modules/hardware/analog/voltage-battery";`;

/** The levels of a usual cell at these voltages, as XS computes them. */
function levels(voltages: readonly number[]): number[] {
  const curve = "[[4150, 100], [4000, 85], [3900, 72], [3800, 55], [3700, 30], [3600, 12], [3500, 5], [3300, 0]]";
  const body = `say(${JSON.stringify(voltages)}.map((voltage) => percentAt(voltage, ${curve})));`;
  return runWithChips([], CURVE, body, "simulator-battery")[0] as number[];
}

test("the level is 0 to 100 and never falls when the voltage rises", () => {
  const voltages = fc.sample(fc.integer({ min: 0, max: 5000 }), 200).sort((a, b) => a - b);
  const found = levels(voltages);
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
  );
  assert.ok(found.every((level) => Number.isInteger(level) && level >= 0 && level <= 100));
  assert.deepEqual(levels([3299, 3300, 3650, 3800, 4150, 5000]), [0, 0, 21, 55, 100, 100]);
});

test("an AXP2101 is battery and power switch", () => {
  const chip = new Axp2101Chip();
  const body = `const power = new Shared().of(axp2101({ bus })); say(power.read()); power.off();`;
  const [state] = runWithChips([[0x34, chip]], `import { axp2101 } from "modules/hardware/axp2101";`, body);
  assert.deepEqual(state, { percent: 50, isCharging: false, isDischarging: false });
  assert.equal(chip.value(0x10) & 1, 1);
});

test("a chip that does not answer leaves a device without a level, which says so once", async () => {
  const source = `import { pinButton } from "modules/hardware/button";
    class Dead { create() { return { read() { throw new Error("no answer"); } }; } }
    export default Object.freeze({ name: "simulator", chip: "simulator", button: pinButton(0), battery: new Dead() });`;
  const { boot, clock, lines, device } = await createWorld({
    modules: [{ specifier: "board", path: "board.ts", source }],
  });
  await boot();
  await clock.advance(60_000);
  assert.equal(lines.filter((line) => line.includes("battery not measured")).length, 1);
  assert.equal(device.stats.crashes, 0);
});
