import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

test("click to talk, auto mode: hello, listen, audio, answer, and listening again", async () => {
  const { clock, server, device, states, boot, listen } = await createWorld();
  await boot();
  await listen();
  assert.deepEqual(server.messages[0], {
    type: "hello",
    version: 1,
    features: { mcp: true, glyph_push: false },
    transport: "websocket",
    audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
  });
  assert.deepEqual(server.messages[1], { session_id: "s1", type: "listen", state: "start", mode: "auto" });
  const framesBefore = server.frames.length;
  await clock.advance(600);
  assert.ok(
    Math.abs(server.frames.length - framesBefore - 10) <= 1,
    `${server.frames.length - framesBefore} in 600 ms`,
  );
  assert.ok(
    server.frames.every(({ after }) => after >= 2),
    "no audio before listen/start",
  );
  server.send({ type: "stt", text: "hello", session_id: "s1" });
  server.send(START);
  server.speak(toneFrames(600));
  await clock.run(device.reached("speaking"));
  await clock.advance(30);
  const framesWhileSpeaking = server.frames.length;
  await clock.advance(900);
  assert.equal(server.frames.length, framesWhileSpeaking, "the microphone is off while the device speaks");
  server.send(STOP);
  await clock.advance(200);
  assert.deepEqual(server.log, ["hello", "listen start auto", "listen start auto"]);
  assert.deepEqual(states.slice(2), ["idle", "connecting", "listening", "speaking", "listening"]);
  const { playedSamples, underruns } = device.stats;
  assert.ok(playedSamples >= 24 * 600);
  assert.equal(underruns, 0);
});

test("headers of the upgrade", async () => {
  const { server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  const [headers] = server.upgrades;
  assert.equal(headers?.connection, "Upgrade", "the reference's server takes nothing else for a WebSocket");
  assert.equal(headers?.authorization, "Bearer a-token");
  assert.equal(headers?.["protocol-version"], "1");
  assert.equal(headers?.["device-id"], device.mac.toLowerCase());
  assert.match(
    headers?.["client-id"] as string,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("auto mode: after tts stop the device plays out what it has before it listens", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  for (const frame of toneFrames(1200)) server.sendBinary(frame);
  server.send(STOP);
  await clock.run(device.reached("speaking"));
  await clock.run(device.reached("listening"));
  await clock.advance(600);
  assert.deepEqual(server.log, ["hello", "listen start auto"], "still playing");
  await clock.advance(900);
  assert.deepEqual(server.log, ["hello", "listen start auto", "listen start auto"]);
});

test("click while speaking: abort is sent, the sound ends at once, and what still comes is not heard", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  server.speak(toneFrames(3000));
  await clock.advance(1000);
  device.click();
  await clock.advance(200);
  assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "abort" });
  assert.equal(device.state, "speaking", "the server says when it has stopped");
  const heardUntil = device.speaker.lastAudibleAt ?? 0;
  await clock.advance(1000);
  assert.ok((device.speaker.lastAudibleAt ?? 0) - heardUntil <= 60, "silent after the abort");
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.equal(server.log.at(-1), "listen start auto");
});

test("a second tts start after an abort is heard", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  server.speak(toneFrames(600));
  await clock.advance(300);
  device.click();
  await clock.advance(1000);
  const silentSince = clock.now();
  server.send(START);
  server.speak(toneFrames(600));
  await clock.advance(800);
  assert.ok((device.speaker.lastAudibleAt ?? 0) > silentSince);
});

test("hold to talk: manual mode, stop on release, idle with the channel open, and idle after the answer", async () => {
  const { clock, server, device, states, boot } = await createWorld();
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  await clock.advance(500);
  assert.equal(server.log.at(-1), "listen start manual");
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(50);
  assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "listen", state: "stop" });
  assert.equal(server.openSockets, 1);
  server.send(START);
  server.speak(toneFrames(300));
  await clock.advance(500);
  server.send(STOP);
  await clock.advance(200);
  assert.deepEqual(states.slice(3), ["connecting", "listening", "idle", "speaking", "idle"]);
  device.press();
  await clock.run(device.reached("listening"));
  await clock.advance(50);
  assert.equal(server.upgrades.length, 1, "the open channel is used again");
  device.release();
});

test("released before the channel is open: nothing was said, and the device does not listen for ever", async () => {
  const { clock, server, device, boot } = await createWorld();
  await boot();
  server.hello = undefined;
  device.press();
  await clock.run(device.reached("connecting"));
  device.release();
  await clock.advance(100);
  server.send({ type: "hello", transport: "websocket", session_id: "s1" });
  await clock.run(device.reached("idle"));
  assert.deepEqual(server.log, ["hello"]);
});

test("hold while speaking: abort, then listen at once", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  server.speak(toneFrames(2000));
  await clock.advance(500);
  device.press();
  await clock.advance(500);
  assert.deepEqual(server.log.slice(2), ["abort", "listen start manual"]);
  assert.equal(device.state, "listening");
  server.send(STOP);
  await clock.advance(50);
  assert.equal(device.state, "listening", "the late stop of the aborted answer is ignored");
  device.release();
  await clock.advance(50);
  assert.equal(server.log.at(-1), "listen stop");
});

test("click while listening ends the conversation and closes the channel", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  assert.equal(server.openSockets, 0);
  await listen();
  assert.equal(server.upgrades.length, 2, "the next click opens another");
});

test("the server closes: idle, the end of the answer is still heard, and no alert", async () => {
  const { clock, server, device, lines, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  for (const frame of toneFrames(900)) server.sendBinary(frame);
  await clock.advance(60);
  const from = clock.now();
  server.send(STOP);
  server.close();
  await clock.run(device.reached("idle"));
  await clock.advance(2000);
  assert.ok((device.speaker.lastAudibleAt ?? 0) - from > 600, "played out");
  assert.equal(
    lines.some((line) => line.includes("alert")),
    false,
  );
});

test("audio that comes while the device does not speak is not heard", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.speak(toneFrames(600));
  await clock.advance(1000);
  assert.equal(device.speaker.firstAudibleAt, undefined);
});

test("tts start in idle is accepted when the channel is open: the server may speak first", async () => {
  const { clock, server, device, boot } = await createWorld();
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  server.send(START);
  await clock.run(device.reached("speaking"));
  server.send(STOP);
  await clock.run(device.reached("idle"));
});
