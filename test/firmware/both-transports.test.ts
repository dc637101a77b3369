import assert from "node:assert/strict";
import { test } from "node:test";
import { createMqttWorld } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

/** The session does not know which way its channel goes: these conversations are the same on both. */
const TRANSPORTS: readonly [string, () => ReturnType<typeof createWorld> | ReturnType<typeof createMqttWorld>][] = [
  ["WebSocket", () => createWorld()],
  ["MQTT and UDP", () => createMqttWorld()],
];

for (const [transport, create] of TRANSPORTS) {
  test(`${transport}: two turns in auto mode`, async () => {
    const { clock, server, device, states, boot, listen } = await create();
    await boot();
    await listen();
    for (let turn = 0; turn < 2; turn++) {
      const before = server.frames.length;
      await clock.advance(600);
      assert.ok(Math.abs(server.frames.length - before - 10) <= 1, "a frame each 60 ms");
      server.send(START);
      server.speak(toneFrames(600));
      await clock.run(device.reached("speaking"));
      await clock.advance(30);
      const whileSpeaking = server.frames.length;
      await clock.advance(900);
      assert.equal(server.frames.length, whileSpeaking, "the microphone is off");
      server.send(STOP);
      await clock.run(device.reached("listening"));
      await clock.advance(100);
    }
    assert.deepEqual(server.log, ["hello", ...Array(3).fill("listen start auto")]);
    assert.deepEqual(states.slice(2), [
      "idle",
      "connecting",
      "listening",
      "speaking",
      "listening",
      "speaking",
      "listening",
    ]);
    assert.ok(device.stats.playedSamples >= 2 * 24 * 600);
  });

  test(`${transport}: after tts stop the device plays out what it has before it listens`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const frame of toneFrames(1200)) server.sendBinary(frame);
    await clock.advance(50);
    server.send(STOP);
    await clock.run(device.reached("listening"));
    await clock.advance(600);
    assert.deepEqual(server.log, ["hello", "listen start auto"], "still playing");
    await clock.advance(900);
    assert.deepEqual(server.log, ["hello", "listen start auto", "listen start auto"]);
  });

  test(`${transport}: a click while speaking silences at once, and the device listens after tts stop`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    server.send(START);
    server.speak(toneFrames(3000));
    await clock.advance(1000);
    device.click();
    await clock.advance(200);
    assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "abort" });
    const heardUntil = device.speaker.lastAudibleAt ?? 0;
    await clock.advance(1000);
    assert.ok((device.speaker.lastAudibleAt ?? 0) - heardUntil <= 60);
    server.send(STOP);
    await clock.run(device.reached("listening"));
    await clock.advance(100);
    assert.equal(server.log.at(-1), "listen start auto");
  });

  test(`${transport}: hold to talk, the answer, and a second question through the open channel`, async () => {
    const { clock, server, device, boot } = await create();
    await boot();
    for (let turn = 0; turn < 2; turn++) {
      device.press();
      await clock.run(device.reached("listening"));
      await clock.advance(500);
      device.release();
      await clock.run(device.reached("idle"));
      await clock.advance(50);
      assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "listen", state: "stop" });
      server.send(START);
      server.speak(toneFrames(300));
      await clock.run(device.reached("speaking"));
      await clock.advance(500);
      server.send(STOP);
      await clock.run(device.reached("idle"));
    }
    const turn = ["listen start manual", "listen stop"];
    assert.deepEqual(server.log, ["hello", ...turn, ...turn]);
  });

  test(`${transport}: tools are called in a session, under its id`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    const params = { name: "self.audio_speaker.set_volume", arguments: { volume: 15 } };
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 5, method: "tools/call", params } });
    await clock.advance(100);
    const { session_id, type, payload } = server.messages.at(-1) as { [member: string]: unknown };
    assert.deepEqual([session_id, type, (payload as { id: number }).id], ["s1", "mcp", 5]);
    assert.equal(device.hardware.store.get("audio", "output_volume")?.value, 15);
  });

  test(`${transport}: audio that overtakes its tts start is heard`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    for (const frame of toneFrames(240)) server.sendBinary(frame);
    await clock.advance(100);
    server.send(START);
    await clock.advance(1000);
    assert.ok(device.speaker.firstAudibleAt !== undefined);
  });

  test(`${transport}: a tts start that is repeated while it speaks cuts nothing`, async () => {
    const { clock, server, device, lines, boot, listen } = await create();
    await boot();
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    device.speaker.record();
    for (const frame of toneFrames(1200)) server.sendBinary(frame);
    await clock.advance(200);
    server.send(START);
    await clock.advance(1500);
    server.send(STOP);
    await clock.run(device.reached("listening"));
    assert.ok((device.speaker.lastAudibleAt ?? 0) - (device.speaker.firstAudibleAt ?? 0) > 1100);
    assert.match(lines.findLast((line) => line.includes("answer received")) ?? "", /received=20 late=0 concealed=0/);
  });

  test(`${transport}: a click while listening ends the conversation, the next one begins another`, async () => {
    const { clock, server, device, boot, listen } = await create();
    await boot();
    await listen();
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(500);
    const frames = server.frames.length;
    await clock.advance(1000);
    assert.equal(server.frames.length, frames, "nothing is sent any more");
    await listen();
    assert.equal(server.log.filter((entry) => entry === "hello").length, 2);
  });
}
