import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Aht20Chip, Sht3xChip } from "../../../simulator/chips/climate-chips.ts";
import { I2cBuses } from "../../../simulator/device/i2c-buses.ts";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { createWorld } from "../world.ts";
import { partsWorld } from "./parts-world.ts";

const IR = `import { irSender } from "modules/parts/infrared/ir-sender";
import { nec, rawIr } from "modules/parts/infrared/ir-code";`;
/** The simulator with the modules of an infrared LED. */
const IR_BOARD = join(import.meta.dirname, "infrared-board");
const START = [9000, 4500];

/** The bytes of a NEC message, by the spaces between its lights. */
function bytesOf(durations: readonly number[] = []): number[] {
  assert.deepEqual(durations.slice(0, 2), START);
  assert.equal(durations.length, 67);
  const bits = durations.slice(3, -1).filter((_, at) => at % 2 === 0);
  return [0, 8, 16, 24].map((from) =>
    bits.slice(from, from + 8).reduce((byte, space, bit) => byte | (space > 1000 ? 1 << bit : 0), 0),
  );
}

test("a remote control has the keys that its board names, and sends them in turn", async () => {
  const tv = `irSender(4, { name: "tv", what: "the television", keys: {
    power: nec(0x04, 0x08), louder: nec(0x1234, 0x02), input: rawIr([3000, 1500, 500], 36000) } })`;
  const { device, clock, call, names } = await partsWorld(tv, IR, { board: IR_BOARD });
  const { infrared } = device.hardware;
  assert.deepEqual(await names(), ["self.tv.press"]);
  assert.equal(await call("self.tv.press", { key: "power" }), true);
  await clock.advance(200);
  assert.deepEqual(
    infrared.map(({ pin, carrierHz }) => [pin, carrierHz]),
    [[4, 38_000]],
  );
  assert.deepEqual(bytesOf(infrared[0]?.durations), [0x04, 0xfb, 0x08, 0xf7]);
  await call("self.tv.press", { key: "louder", times: 3 });
  await call("self.tv.press", { key: "input" });
  assert.equal(infrared.length, 2, "a key at a time");
  await clock.advance(1000);
  assert.equal(infrared.length, 5);
  assert.deepEqual(bytesOf(infrared[3]?.durations), [0x34, 0x12, 0x02, 0xfd]);
  assert.deepEqual(infrared[4], { pin: 4, carrierHz: 36_000, durations: [3000, 1500, 500] });
  assert.match(String(await call("self.tv.press", { key: "open" })), /not one of power, louder, input/);
  for (let time = 0; time < 2; time++) await call("self.tv.press", { key: "power", times: 20 });
  assert.match(String(await call("self.tv.press", { key: "power", times: 20 })), /Too many keys are waiting/);
});

test("without keys the model sends the codes that it is told", async () => {
  const { device, clock, call } = await partsWorld("irSender(4)", IR, { board: IR_BOARD });
  await call("self.ir.send_nec", { address: 0x20, command: 0x10 });
  await clock.advance(200);
  assert.deepEqual(bytesOf(device.hardware.infrared[0]?.durations), [0x20, 0xdf, 0x10, 0xef]);
  await call("self.ir.send_raw", { durations: [1000, 32_767, 1], carrier_hz: 40_000 });
  await clock.advance(200);
  assert.deepEqual(device.hardware.infrared[1], { pin: 4, carrierHz: 40_000, durations: [1000, 32_767, 1] });
  assert.match(String(await call("self.ir.send_raw", { durations: [] })), /at least one/);
  assert.match(String(await call("self.ir.send_raw", { durations: [40_000] })), /32767/);
  assert.match(String(await call("self.ir.send_nec", { address: -1, command: 0 })), /0/);
});

const CLIMATE = `import { thermometer } from "modules/parts/thermometer";
import { aht20 } from "modules/hardware/sensors/aht20";
import { sht3x } from "modules/hardware/sensors/sht3x";
const bus = { data: 1, clock: 2 };`;

for (const [part, address, chip] of [
  ["aht20({ bus })", 0x38, new Aht20Chip()],
  ["sht3x({ bus })", 0x44, new Sht3xChip()],
  ["sht3x({ bus, address: 0x45 })", 0x45, new Sht3xChip()],
] as const) {
  test(`${part} measures the air`, async () => {
    const i2c = new I2cBuses([[address, chip]]);
    const { call, names } = await partsWorld(`thermometer(${part})`, CLIMATE, { i2c });
    assert.deepEqual(await names(), ["self.thermometer.get"]);
    for (const [temperature, humidity] of [
      [21.5, 45],
      [-12.3, 100],
      [64, 0],
    ] as const) {
      chip.temperature = temperature;
      chip.humidityPercent = humidity;
      assert.deepEqual(await call("self.thermometer.get"), { temperature, humidity });
    }
  });
}

test("a sensor that is not there, that does not finish, or that talks nonsense is said to the model", async () => {
  const i2c = new I2cBuses();
  const { call, device } = await partsWorld('thermometer(aht20({ bus }), { name: "air" })', CLIMATE, { i2c });
  assert.match(String(await call("self.air.get")), /aht20 at 0x38: reading failed/);
  const chip = new Aht20Chip();
  i2c.attach(0x38, chip);
  chip.isBusy = true;
  assert.match(String(await call("self.air.get")), /still measures after 80 ms/);
  chip.isBusy = false;
  const give = chip.give.bind(chip);
  chip.give = (byteLength) => give(byteLength).map((byte, at) => (at === 6 ? byte ^ 1 : byte));
  assert.match(String(await call("self.air.get")), /aht20 at 0x38: checksum: expected 0x\w\w, got 0x\w\w/);
  chip.give = give;
  assert.deepEqual(await call("self.air.get"), { temperature: 21.5, humidity: 45 });
  assert.equal(device.stats.crashes, 0);
});

const TALK = `import { pressToTalk } from "modules/parts/press-to-talk";`;

test("the model chooses what the talk button does, and the device keeps to it", async () => {
  const store = new MemoryStore();
  const { device, clock, call, names } = await partsWorld("pressToTalk()", TALK, { store });
  assert.deepEqual(await names(), ["self.set_press_to_talk"]);
  const rest = async () => {
    if (device.state === "listening") device.click();
    await clock.advance(1000);
    assert.equal(device.state, "idle");
  };
  assert.equal(await call("self.set_press_to_talk", { mode: "press_to_talk" }), true);
  await rest();
  device.click();
  await clock.advance(1000);
  assert.equal(device.state, "idle", "a click begins nothing");
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  assert.equal(store.get("button", "talk_mode")?.value, "press_to_talk");
  const again = await partsWorldAtRest(store);
  again.device.press();
  await again.clock.advance(1500);
  assert.equal(again.device.state, "listening");
  again.device.release();
  await again.clock.run(again.device.reached("idle"));
});

/** A device that was told before how its button works. */
async function partsWorldAtRest(store: MemoryStore) {
  const world = await createWorld({ store });
  await world.boot();
  return world;
}

test("where one clicks to talk, a long click is a click", async () => {
  const store = new MemoryStore();
  store.set("button", "talk_mode", { format: "string", value: "click_to_talk" });
  const { device, clock, server } = await partsWorldAtRest(store);
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.advance(1000);
  assert.equal(device.state, "listening", "letting go ends nothing");
  assert.equal(server.log.at(-1), "listen start auto");
});

test("the model brings the device into another network only after a question", async () => {
  const setup = `import { wifiSetup } from "modules/parts/wifi-setup";`;
  const { device, clock, call, names } = await partsWorld("wifiSetup()", setup);
  assert.deepEqual(await names(), ["self.system.reconfigure_wifi"]);
  const asked = (await call("self.system.reconfigure_wifi")) as { ask_user: string };
  assert.match(asked.ask_user, /Really leave this network\?/);
  await clock.advance(3000);
  assert.equal(device.state, "listening");
  assert.equal(await call("self.system.reconfigure_wifi", { confirmed: true }), true);
  await clock.run(device.reached("wifi_configuring"));
});
