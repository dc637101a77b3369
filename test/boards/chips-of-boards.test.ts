import assert from "node:assert/strict";
import { test } from "node:test";
import { Aw88298Chip, Es7210Chip, Es8311Chip } from "../../simulator/chips/codec-chips.ts";
import type { Sh1106Chip } from "../../simulator/chips/oled-chip.ts";
import { Aw9523Chip, PortExpanderChip } from "../../simulator/chips/port-chips.ts";
import { Axp2101Chip } from "../../simulator/chips/power-chips.ts";
import { TouchChip } from "../../simulator/chips/touch-chip.ts";
import { I2cBuses } from "../../simulator/device/i2c-buses.ts";
import { toneFrames } from "../firmware/scripted-server.ts";
import { createWorld } from "../firmware/world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };

test("lichuang-dev: its expander selects the screen and switches the amplifier; the camera has no power", async () => {
  const expander = new PortExpanderChip();
  const microphone = new Es7210Chip();
  const i2c = new I2cBuses([
    [0x19, expander],
    [0x18, new Es8311Chip()],
    [0x41, microphone],
  ]);
  const { boot, listen, clock, server, device, lines } = await createWorld({ board: "lichuang-dev", i2c });
  await boot();
  assert.deepEqual(expander.writes.slice(0, 3), [
    [0x01, 0x04],
    [0x02, 0x00],
    [0x03, 0xf8],
  ]);
  // The reference is input 3; 28 dB is 27 in steps of 3.
  await listen();
  assert.deepEqual(microphone.gainsDb, [27, 27, 0, 27]);
  server.send(START);
  for (const frame of toneFrames(300)) server.sendBinary(frame);
  await clock.advance(200);
  assert.deepEqual(
    [0, 1, 2].map((pin) => expander.driven(pin)),
    [0, 1, 1],
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith("error")),
    [],
  );
  // A backlight that is bright while its pin is low.
  const kept = device.hardware.store.get("display", "brightness")?.value ?? 75;
  assert.ok(Math.abs((device.pins.duty(42) ?? 0) - (1 - Number(kept) / 100)) < 0.01);
});

async function createCoreS3() {
  const chips = {
    power: new Axp2101Chip(),
    expander: new Aw9523Chip(),
    speaker: new Aw88298Chip(),
    microphone: new Es7210Chip(),
    touch: new TouchChip(),
  };
  const i2c = new I2cBuses([
    [0x34, chips.power],
    [0x58, chips.expander],
    [0x36, chips.speaker],
    [0x40, chips.microphone],
    [0x38, chips.touch],
  ]);
  return { ...(await createWorld({ board: "m5stack-core-s3", i2c })), chips };
}

test("m5stack-core-s3: supplies first, then what they feed, and the glass is the button", async () => {
  const { boot, clock, server, device, chips } = await createCoreS3();
  await boot();
  assert.deepEqual(
    (["aldo1", "aldo2", "aldo3", "aldo4"] as const).map((name) => chips.power.voltage(name)),
    [1800, 3300, 3300, 3300],
  );
  // Out of reset: touch, amplifier, camera and screen.
  assert.deepEqual(
    [0, 2, 8, 9].map((pin) => chips.expander.driven(pin)),
    [1, 1, 1, 1],
  );
  assert.ok(chips.power.voltage("dldo1") > 2500, "the backlight");
  device.click();
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.ok(chips.microphone.isListening);
  server.send(START);
  for (const frame of toneFrames(600)) server.sendBinary(frame);
  await clock.advance(300);
  assert.ok(chips.speaker.isPlaying);
  assert.equal(chips.speaker.sampleRate, 24_000);
  assert.equal(device.stats.crashes, 0);
});

test("m5stack-core-s3: a finger that stays talks as long as it stays", async () => {
  const { boot, clock, server, device } = await createCoreS3();
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  await clock.advance(1000);
  device.release();
  await clock.advance(200);
  assert.equal(server.log.at(-1), "listen stop");
});

test("m5stack-core-s3: glass whose chip does not answer is said once, and tried again", async () => {
  const { boot, clock, device, chips, lines } = await createCoreS3();
  chips.touch.isSilent = true;
  await boot();
  await clock.advance(20_000);
  assert.equal(lines.filter((line) => line.includes("touch failed")).length, 1);
  chips.touch.isSilent = false;
  await clock.advance(5000);
  device.click();
  await clock.run(device.reached("listening"));
});

test("bread-compact-wifi: buttons for the volume change it by ten, and held by all", async () => {
  const { boot, clock, device } = await createWorld({ board: "bread-compact-wifi" });
  await boot();
  const volume = () => device.hardware.store.get("audio", "output_volume")?.value;
  const click = async (pin: number, ms = 100) => {
    device.click(pin, ms);
    await clock.advance(ms + 100);
    return volume();
  };
  assert.equal(await click(40), 80);
  assert.equal(await click(39), 70);
  assert.equal(await click(40, 1000), 100);
  assert.equal(await click(40), 100);
  assert.equal(await click(39, 1000), 0);
});

test("bread-compact-wifi: either of two buttons begins a conversation", async () => {
  for (const pin of [0, 47]) {
    const { boot, clock, device } = await createWorld({ board: "bread-compact-wifi" });
    await boot();
    device.click(pin);
    await clock.run(device.reached("listening"));
  }
});

test("bread-compact-wifi with an SH1106: its chip is set up and shows what the device does", async () => {
  const { boot, listen, clock, device, lines } = await createWorld({ board: "bread-compact-wifi/sh1106-128x64" });
  await boot();
  const standby = device.hardware.screen.rgb();
  await listen();
  await clock.advance(200);
  const { screen } = device.hardware;
  assert.deepEqual(screen.size, { width: 128, height: 64 });
  assert.ok((device.hardware.i2c.chipAt(0x3c) as Sh1106Chip).isOn);
  assert.notDeepEqual(screen.rgb(), standby);
  const lit = screen.rgb().filter((value) => value === 255).length / 3;
  assert.ok(lit > 100 && lit < 3000, `${lit} pixels are lit`);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("error")),
    [],
  );
});

test("bread-compact-wifi with an SH1106 that is not there talks all the same", async () => {
  const { boot, listen, lines } = await createWorld({ board: "bread-compact-wifi/sh1106-128x64", i2c: new I2cBuses() });
  await boot();
  await listen();
  assert.ok(
    lines.some((line) => line.startsWith("error") && line.includes("sh1106 at 0x3c: write of 24 bytes failed")),
  );
});
