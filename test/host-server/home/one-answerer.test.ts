import assert from "node:assert/strict";
import { test } from "node:test";
import { createEncoder } from "../../../host-server/audio/opus.ts";
import { FakeDevice } from "../fakes/device.ts";
import { tone } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const WORD = "你好小智";
const LOUDEST = { XIAOZHI_ANSWERER_CHOOSE: "loudest" };

/** Devices at the addresses given, each connected and at rest. */
async function createHomes(addresses: readonly string[], env: Record<string, string> = {}) {
  const world = createWorld({}, env);
  const devices = addresses.map((ip, index) => new FakeDevice(world.clock, `00:00:00:00:00:${index + 10}`, ip));
  for (const device of devices) {
    world.server.attach(device);
    device.hello();
  }
  await world.clock.advance(10);
  return { ...world, devices };
}

/** What both firmwares do when they were called: the sound, the word, and the microphone opens. */
function wake(device: FakeDevice, amplitude?: number): void {
  if (amplitude !== undefined) for (const packet of call(amplitude)) device.sendPacket(packet);
  device.detect(WORD);
  device.listen("start", "auto");
}

/** Half a second of silence, then of a tone. */
function call(amplitude: number): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: 16_000 });
  const loud = tone(8 * 960, 16_000).map((sample) => Math.round(sample * amplitude));
  const pcm = [...new Int16Array(8 * 960), ...loud];
  return Array.from({ length: 16 }, (_, at) => encoder.encode(Int16Array.from(pcm.slice(at * 960, (at + 1) * 960))));
}

const hasAnswered = ({ trace }: FakeDevice) => trace.includes("tts start");
const answers = (devices: readonly FakeDevice[]) => devices.map((device) => hasAnswered(device));
const isClosed = ({ closedAt }: FakeDevice) => closedAt !== undefined;

test("of three devices of one home that hear the same call, the first answers; the others are let go at once", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  const [a, b, c] = devices as [FakeDevice, FakeDevice, FakeDevice];
  wake(b);
  await clock.advance(80);
  wake(a);
  await clock.advance(400);
  wake(c);
  await clock.advance(50);
  assert.deepEqual(answers(devices), [false, true, false]);
  assert.deepEqual(devices.map(isClosed), [true, false, true]);
  assert.deepEqual(a.trace, ["hello"], "whoever is silent shows nothing either");
});

test("the next call is another: whoever hears it first answers", async () => {
  const { clock, devices, server } = await createHomes(["10.0.0.2", "10.0.0.3"]);
  const [a, b] = devices as [FakeDevice, FakeDevice];
  wake(a);
  wake(b);
  await clock.advance(5_000);
  assert.deepEqual(devices.map(isClosed), [false, true]);
  const again = new FakeDevice(clock, b.device.deviceId, b.device.ip);
  server.attach(again);
  again.hello();
  wake(again);
  await clock.advance(500);
  assert.ok(hasAnswered(again));
});

test("homes know nothing of each other: other networks, this computer, and nobody's address", async () => {
  const addresses = ["10.0.0.2", "10.0.1.2", "203.0.113.5", "203.0.113.6", "127.0.0.1", "127.0.0.1", "unknown"];
  const { clock, devices } = await createHomes([...addresses, "2001:db8:0:1::5", "2001:db8:0:2::5"]);
  for (const device of devices) wake(device);
  await clock.advance(500);
  assert.deepEqual(
    answers(devices),
    devices.map(() => true),
  );
});

test("one address, however it is written, is one home", async () => {
  const { clock, devices } = await createHomes(["::ffff:10.0.0.2", "10.0.0.3", "2001:db8::1", "2001:0db8:0:0:7::2"]);
  for (const device of devices) wake(device);
  await clock.advance(500);
  assert.deepEqual(answers(devices), [true, false, true, false]);
});

test("whoever is to answer and does nothing loses it to the next, who was held meanwhile", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  const [a, b, c] = devices as [FakeDevice, FakeDevice, FakeDevice];
  a.detect(WORD);
  await clock.advance(100);
  wake(b);
  wake(c);
  b.talk(600, 900);
  await clock.advance(300);
  assert.deepEqual([hasAnswered(b), isClosed(b)], [false, false], "it waits");
  await clock.advance(4_000);
  assert.deepEqual(devices.map(isClosed), [true, false, true]);
  assert.ok(hasAnswered(b));
});

test("whoever is to answer and leaves makes room for the next", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3"]);
  const [a, b] = devices as [FakeDevice, FakeDevice];
  a.detect(WORD);
  await clock.advance(50);
  wake(b);
  a.close();
  await clock.advance(300);
  assert.ok(hasAnswered(b));
});

test("a device alone may take its time", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2"]);
  const [a] = devices as [FakeDevice];
  a.detect(WORD);
  await clock.advance(5_000);
  assert.ok(hasAnswered(a) && !isClosed(a));
});

test("a device in a conversation that was called falls silent when another one answers", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3"]);
  const [a, b] = devices as [FakeDevice, FakeDevice];
  wake(a);
  await clock.advance(10_000);
  wake(b);
  await clock.advance(20);
  a.send({ type: "abort", reason: "wake_word_detected" });
  a.listen("start", "auto");
  await clock.advance(500);
  assert.deepEqual(devices.map(isClosed), [true, false]);
});

test("buttons that are pressed at the same time have nothing to do with each other, nor has what is typed", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  const [a, b, c] = devices as [FakeDevice, FakeDevice, FakeDevice];
  a.listen("start", "auto");
  b.listen("start", "realtime");
  c.detect("what time is it");
  await clock.advance(500);
  assert.deepEqual(devices.map(isClosed), [false, false, false]);
});

test("a device that tells of no wake word is called by the one that others tell of; a button that is held is not", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  const [a, b, c] = devices as [FakeDevice, FakeDevice, FakeDevice];
  wake(a);
  await clock.advance(100);
  b.listen("start", "auto");
  c.listen("start", "manual");
  await clock.advance(100);
  assert.deepEqual(devices.map(isClosed), [false, true, false]);
});

test("an unknown wake word that comes with its sound is a call as well", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3"]);
  for (const device of devices) {
    for (const packet of call(1)) device.sendPacket(packet);
    device.detect("computer");
    device.listen("start", "auto");
  }
  await clock.advance(200);
  assert.deepEqual(devices.map(isClosed), [false, true]);
});

test("the loudest answers, when its call comes within the window; without sound nobody is louder", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"], LOUDEST);
  const [a, b, c, d] = devices as [FakeDevice, FakeDevice, FakeDevice, FakeDevice];
  wake(a, 0.1);
  wake(d);
  await clock.advance(150);
  wake(b, 0.8);
  await clock.advance(100);
  assert.deepEqual(answers(devices), [false, false, false, false], "it is not decided yet");
  await clock.advance(100);
  wake(c, 1);
  await clock.advance(500);
  assert.deepEqual(answers(devices), [false, true, false, false]);
  assert.deepEqual(devices.map(isClosed), [true, false, true, true]);
});

test("who is alone at home does not wait for others, however it is decided", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.9.0.3"], LOUDEST);
  const [a] = devices as [FakeDevice];
  wake(a, 0.5);
  await clock.advance(10);
  assert.ok(hasAnswered(a));
});

test("more devices than a home has all answer, and so they do where it is said", async () => {
  const addresses = Array.from({ length: 25 }, () => "198.51.100.7");
  const { clock, devices, server } = await createHomes(addresses);
  for (const device of devices) wake(device);
  await clock.advance(500);
  assert.equal(devices.filter(hasAnswered).length, devices.length);
  await server.stop();
  const all = await createHomes(["10.0.0.2", "10.0.0.3"], { XIAOZHI_ANSWERER_CHOOSE: "all" });
  for (const device of all.devices) wake(device);
  await all.clock.advance(500);
  assert.deepEqual(answers(all.devices), [true, true]);
});

test("a wake word that is no text is none, and costs nobody anything", async () => {
  const { clock, devices } = await createHomes(["10.0.0.2", "10.0.0.3"]);
  const [a, b] = devices as [FakeDevice, FakeDevice];
  for (const text of [{ toString: 1 }, null, 7, ["你好小智"]]) a.send({ type: "listen", state: "detect", text });
  wake(b);
  await clock.advance(450);
  assert.equal(hasAnswered(b), true);
});
