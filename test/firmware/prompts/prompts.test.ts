import assert from "node:assert/strict";
import { test } from "node:test";
import { joinSamples } from "../../../host-server/audio/join.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { createMqttWorld } from "../mqtt-world.ts";
import { ScriptedServer, toneFrames } from "../scripted-server.ts";
import { createWorld, type WorldOptions } from "../world.ts";
import { find, promptSound } from "./prompt-files.ts";

const BOARD = "simulator-prompts";
const RATE = 24_000;
const { otaUrl } = new ScriptedServer(new VirtualClock());
const ACTIVATION = { status: 200, body: JSON.stringify({ activation: { code: "314159", message: "enter" } }) };

/** A device that is silent so far, with prompts, and what is heard of it from now on. */
async function createSoundingWorld(options: WorldOptions = {}) {
  const world = await createWorld({ board: BOARD, ...options });
  world.device.speaker.record();
  const { clock, device } = world;
  const heard = (name: string) => find(device.speaker.recording(), promptSound(name, RATE));
  /** Ready, and silent again. */
  const rest = async () => {
    await world.boot();
    await clock.advance(3000);
    device.speaker.clear();
    device.speaker.record();
  };
  return { ...world, heard, rest };
}

for (const [language, folder] of [
  ["en-US", "en"],
  ["zh-CN", "zh"],
  ["fr-FR", "en"],
] as const) {
  test(`${language}: an activation code is read aloud, digit after digit`, async () => {
    const firmware = loadFirmware({ board: BOARD, config: { otaUrl, language } });
    const { server, device, clock } = await createSoundingWorld({ firmware });
    server.ota = ACTIVATION;
    device.start();
    await clock.advance(15_000);
    const said = ["activation", "3", "1", "4", "1", "5", "9"].map((name) => promptSound(`${folder}/${name}`, RATE));
    const { at, likeness } = find(device.speaker.recording(), joinSamples(said));
    assert.ok(likeness > 0.95, `${likeness}`);
    assert.ok(at < RATE / 10);
    assert.equal(device.stats.underruns, 0);
  });
}

test("ready, an error and a message of the server each have their sound", async () => {
  const { server, clock, device, heard, boot } = await createSoundingWorld();
  await boot();
  await clock.advance(2000);
  assert.ok(heard("tones/success").likeness > 0.9, "ready");
  device.speaker.clear();
  device.speaker.record();
  server.hello = undefined;
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  await clock.advance(2000);
  assert.ok(heard("tones/exclamation").likeness > 0.9, "no answer");
});

test("a message to a device at rest is heard as well as seen", async () => {
  const world = await createMqttWorld({ board: BOARD });
  const { clock, device, server } = world;
  await world.boot();
  await clock.advance(3000);
  device.speaker.clear();
  device.speaker.record();
  server.send({ type: "alert", status: "Doorbell", message: "Somebody is here", emotion: "happy" });
  await clock.advance(2000);
  assert.ok(find(device.speaker.recording(), promptSound("tones/vibration", RATE)).likeness > 0.9);
});

test("a conversation ends what the device says of itself", async () => {
  const { server, clock, device, heard } = await createSoundingWorld();
  device.start();
  await clock.run(device.reached("idle"));
  await clock.advance(150);
  assert.notEqual(device.speaker.firstAudibleAt, undefined, "it has begun");
  device.click();
  await clock.run(device.reached("listening"));
  await clock.advance(2000);
  assert.ok((device.speaker.lastAudibleAt ?? 0) - (device.speaker.firstAudibleAt ?? 0) < 300);
  assert.ok(heard("tones/success").likeness < 0.9);
  assert.equal(server.log.at(-1), "listen start auto");
});

test("in a conversation a chime stands for it, and the answer is heard to its end", async () => {
  const { server, clock, device, heard, listen, rest } = await createSoundingWorld();
  await rest();
  await listen();
  server.send({ type: "tts", state: "start", session_id: "s1" });
  server.speak(toneFrames(3000));
  await clock.advance(1000);
  server.send({ type: "alert", status: "Doorbell", message: "Somebody is here", emotion: "happy", session_id: "s1" });
  await clock.advance(4000);
  assert.ok(heard("tones/vibration").likeness < 0.8);
  const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
  assert.ok(lastAudibleAt - firstAudibleAt > 2900);
  assert.equal(device.stats.underruns, 0);
});

test("who wants none hears none", async () => {
  const store = new MemoryStore();
  store.set("audio", "prompts", { format: "int32", value: 0 });
  const { clock, device, boot } = await createSoundingWorld({ store });
  await boot();
  await clock.advance(3000);
  assert.equal(device.speaker.firstAudibleAt, undefined);
});

test("they are as loud as the device is set to be", async () => {
  const loudness = async (percent: number) => {
    const store = new MemoryStore();
    store.set("audio", "output_volume", { format: "int32", value: percent });
    const { clock, device, boot } = await createSoundingWorld({ store });
    await boot();
    await clock.advance(3000);
    return device.speaker.recording().reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  };
  const [silent, half, full] = [await loudness(0), await loudness(50), await loudness(100)];
  assert.equal(silent, 0);
  assert.ok(Math.abs(half / full - 0.25) < 0.02, `${half} of ${full}`);
});

test("a build without sounds is silent, and works", async () => {
  const { server, clock, device } = await createSoundingWorld({ board: "simulator" });
  server.ota = ACTIVATION;
  device.start();
  await clock.advance(10_000);
  assert.equal(device.speaker.firstAudibleAt, undefined);
  assert.equal(device.stats.crashes, 0);
});

test("a damaged file costs itself only", async () => {
  const files = new Map([["prompts/tones/success.ogg", new Uint8Array(3000)]]);
  const firmware = loadFirmware({ config: { otaUrl }, files });
  const { clock, device, boot, lines } = await createSoundingWorld({ firmware });
  await boot();
  await clock.advance(3000);
  assert.equal(device.speaker.firstAudibleAt, undefined);
  assert.ok(lines.some((line) => line.includes("prompt is damaged")));
  assert.equal(device.state, "idle");
  assert.equal(device.stats.crashes, 0);
});

test("a device in its hotspot says how it gets into a network", async () => {
  const { clock, device, heard } = await createSoundingWorld({ air: [] });
  device.start();
  await clock.run(device.reached("wifi_configuring"));
  await clock.advance(5000);
  assert.ok(heard("en/wificonfig").likeness > 0.9);
});

test("new firmware is announced before it comes, and a failure is heard", async () => {
  const { server, clock, device, heard } = await createSoundingWorld();
  const firmware = { version: "9.9.9", url: "http://nowhere.test/image.bin", force: 1 };
  server.ota = { status: 200, body: JSON.stringify({ firmware }) };
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("activating"));
  await clock.advance(5000);
  assert.ok(heard("en/upgrade").likeness > 0.9, "upgrade");
  assert.ok(heard("tones/exclamation").likeness > 0.9, "failed");
});

/** `simulator-battery` with the sounds of a device. */
const BATTERY_BOARD = "test/firmware/prompts/battery-board";

for (const [language, folder] of [
  ["en-US", "en"],
  ["zh-CN", "zh"],
] as const) {
  test(`${language}: a nearly empty battery is heard, once`, async () => {
    const firmware = loadFirmware({ board: BATTERY_BOARD, config: { otaUrl, language } });
    const { device, clock, rest } = await createSoundingWorld({ firmware });
    device.pins.setVoltage(4, 2100);
    await rest();
    device.pins.setVoltage(4, 1800);
    await clock.advance(30_000);
    const sound = device.speaker.recording();
    const from = sound.findIndex((sample) => sample !== 0);
    const until = sound.findLastIndex((sample) => sample !== 0) + RATE / 10;
    const { likeness } = find(sound.subarray(from, until), promptSound(`${folder}/low_battery`, RATE));
    assert.ok(likeness > 0.95, `${likeness}`);
    const ms = promptSound(`${folder}/low_battery`, RATE).length / (RATE / 1000);
    const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
    assert.ok(lastAudibleAt - firstAudibleAt <= ms, "and nothing else");
    device.speaker.clear();
    await clock.advance(30_000);
    assert.equal(device.speaker.firstAudibleAt, undefined);
  });
}
