import assert from "node:assert/strict";
import { test } from "node:test";
import { EchoTimes } from "../../modules/session/echo-times.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

/** A device that lets its server cancel the echo. */
function settings(mode = 2): MemoryStore {
  const store = new MemoryStore();
  store.set("aec", "mode", { format: "int32", value: mode });
  return store;
}

async function webSocketWorld(version = 2) {
  const world = await createWorld({ store: settings() });
  world.server.offer({ version });
  world.server.framing = version as 1 | 2 | 3;
  return world;
}

const TRANSPORTS = [
  ["WebSocket with framing 2", () => webSocketWorld()],
  ["MQTT and UDP", () => createMqttWorld({ store: settings() })],
] as const;

for (const [transport, create] of TRANSPORTS) {
  test(`${transport}: the hello asks for it first, and the device listens in full duplex`, async () => {
    const { server, boot, listen } = await create();
    await boot();
    await listen();
    const { features } = server.messages[0] as { features: object };
    assert.deepEqual(Object.entries(features), [
      ["aec", true],
      ["mcp", true],
      ["glyph_push", false],
    ]);
    assert.equal(server.log.at(-1), "listen start realtime");
  });

  test(`${transport}: each frame up carries the time of one that was played, each time once`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    await clock.advance(300);
    assert.ok(
      server.frames.every(({ timestamp }) => timestamp === 0),
      "nothing was played",
    );
    server.send(START);
    await clock.run(device.reached("speaking"));
    const sent = toneFrames(1200).map((frame, index) => {
      const timestamp = 5000 + index * 60;
      clock.schedule(index * 60, () => server.sendFrame(frame, timestamp));
      return timestamp;
    });
    const from = server.frames.length;
    await clock.advance(2000);
    const told = server.frames.slice(from).flatMap(({ timestamp }) => (timestamp === 0 ? [] : [timestamp]));
    assert.ok(told.length >= sent.length - 4, `${told.length} of ${sent.length}`);
    assert.deepEqual(
      told,
      [...new Set(told)].sort((a, b) => a - b),
      "each once, and in their order",
    );
    assert.ok(told.every((timestamp) => sent.includes(timestamp)));
    assert.equal(server.frames.at(-1)?.timestamp, 0, "when all was played there is none");
    server.send(STOP);
    await clock.run(device.reached("listening"));
  });

  test(`${transport}: an abort forgets what was played`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const [index, frame] of toneFrames(1200).entries()) server.sendFrame(frame, 1 + index);
    await clock.advance(600);
    device.click();
    await clock.advance(100);
    const from = server.frames.length;
    await clock.advance(1000);
    const late = server.frames.slice(from).filter(({ timestamp }) => timestamp !== 0);
    assert.deepEqual(late, []);
  });
}

for (const version of [1, 3]) {
  test(`framing ${version} has no place for times: the log says so once, and the conversation goes on`, async () => {
    const { clock, server, device, lines, boot, listen } = await webSocketWorld(version);
    await boot();
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const frame of toneFrames(600)) server.sendFrame(frame, 77);
    await clock.advance(1000);
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
    assert.equal(lines.filter((line) => line.includes("without times")).length, 1);
  });
}

test("who cancels its echo alone, or not at all, sends no times", async () => {
  for (const [mode, listening] of [
    [0, "listen start auto"],
    [1, "listen start realtime"],
  ] as const) {
    const { clock, server, device, boot, listen } = await createWorld({ store: settings(mode) });
    server.offer({ version: 2 });
    server.framing = 2;
    await boot();
    await listen();
    assert.deepEqual(server.messages[0]?.["features"], { mcp: true, glyph_push: false });
    assert.equal(server.log.at(-1), listening);
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const frame of toneFrames(600)) server.sendFrame(frame, 77);
    await clock.advance(1000);
    assert.ok(server.frames.every(({ timestamp }) => timestamp === 0));
  }
});

test("in full duplex a held button while the device speaks makes it listen as long as it is held", async () => {
  const { clock, server, device, boot, listen } = await webSocketWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.run(device.reached("speaking"));
  device.press();
  await clock.advance(500);
  assert.deepEqual(server.log.slice(1), ["listen start realtime", "abort", "listen start manual"]);
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  assert.equal(server.log.at(-1), "listen stop");
  const { length } = server.frames;
  await clock.advance(500);
  assert.equal(server.frames.length, length);
});

test("a time that is more than three frames behind is not told", () => {
  const times = new EchoTimes();
  assert.equal(times.take(), 0);
  for (const timestamp of [10, 20, 30, 40, 50]) times.played(timestamp);
  assert.deepEqual([times.take(), times.take(), times.take(), times.take()], [0, 0, 30, 40]);
  times.clear();
  assert.equal(times.take(), 0);
  for (let timestamp = 1; timestamp <= 1000; timestamp++) times.played(timestamp);
  const told = Array.from({ length: 60 }, () => times.take()).filter((timestamp) => timestamp > 0);
  assert.deepEqual(told, [998, 999, 1000], "what nobody takes is forgotten");
});
