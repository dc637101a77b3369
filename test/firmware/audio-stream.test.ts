import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

async function listening() {
  const world = await createWorld();
  await world.boot();
  await world.listen();
  /** Sends frames, the nth after `at(n)` ms. */
  const send = (frames: readonly Uint8Array[], at: (index: number) => number) => {
    for (const [index, frame] of frames.entries())
      world.clock.schedule(at(index), () => world.server.sendBinary(frame));
  };
  const counts = () => world.lines.findLast((line) => line.includes("answer received"))?.replace(/^.*received /, "");
  return { ...world, send, counts };
}

test("audio up to 500 ms before its tts start is held, and heard from its beginning", async () => {
  const { clock, server, device, counts, send } = await listening();
  device.speaker.record();
  send(toneFrames(420), () => 0);
  await clock.advance(400);
  assert.equal(device.speaker.firstAudibleAt, undefined, "not heard before the start");
  server.send(START);
  await clock.advance(100);
  server.send(STOP);
  await clock.advance(800);
  assert.equal(counts(), "received=7 late=0 concealed=0 dropped=0");
  const audible = (device.speaker.lastAudibleAt ?? 0) - (device.speaker.firstAudibleAt ?? 0);
  assert.ok(audible > 380 && audible < 450, `${audible} ms`);
});

test("audio that nobody announces within 500 ms is forgotten", async () => {
  const { clock, server, device, counts, send } = await listening();
  send(toneFrames(300), () => 0);
  await clock.advance(560);
  server.send(START);
  await clock.advance(600);
  server.send(STOP);
  await clock.advance(300);
  assert.equal(device.speaker.firstAudibleAt, undefined);
  assert.equal(counts(), "received=0 late=0 concealed=0 dropped=0");
});

test("no more than 500 ms of early audio is held: the oldest goes first", async () => {
  const { clock, server, counts, send } = await listening();
  send(toneFrames(1200), (index) => index);
  await clock.advance(100);
  server.send(START);
  await clock.advance(800);
  server.send(STOP);
  await clock.advance(300);
  assert.equal(counts(), "received=8 late=0 concealed=0 dropped=0");
});

test("what is left of an aborted answer is not held for the next one", async () => {
  const { clock, server, device, counts, send } = await listening();
  server.send(START);
  send(toneFrames(300), () => 0);
  await clock.advance(200);
  device.press();
  await clock.run(device.reached("listening"));
  send(toneFrames(300), () => 0);
  await clock.advance(100);
  server.send(STOP);
  server.send(START);
  await clock.advance(500);
  server.send(STOP);
  await clock.advance(100);
  assert.match(counts() ?? "", /^received=5 /, "those before the abort only");
  device.release();
});

test("a late packet while speech flows: the sound goes on, and the gap is counted", async () => {
  const { clock, server, device, counts, send } = await listening();
  server.send(START);
  // Three packets at once, then one that is 120 ms late.
  send(toneFrames(600), (index) => (index < 3 ? 0 : index * 60 + 60));
  await clock.advance(1200);
  server.send(STOP);
  await clock.advance(500);
  const [, late, concealed] = /late=(\d+) concealed=(\d+)/.exec(counts() ?? "") ?? [];
  assert.ok(Number(late) >= 1 && Number(concealed) >= 1, counts());
  assert.ok(Number(concealed) <= 4, counts());
  assert.equal(device.stats.underruns, 0);
});

test("concealed sound is like the sound before it, not silence", async () => {
  const { clock, server, device, send } = await listening();
  device.speaker.record();
  server.send(START);
  send(toneFrames(600), (index) => (index < 3 ? 0 : 260 + index * 60));
  await clock.advance(1500);
  const sound = device.speaker.recording();
  const first = sound.findIndex((sample) => Math.abs(sample) > 3000);
  const rate = device.speaker.sampleRate / 1000;
  // The first three packets last 180 ms; 40 ms into the gap the tone must still be there.
  const gap = sound.subarray(first + 190 * rate, first + 220 * rate);
  assert.ok(Math.max(...gap) > 1000, `peak ${Math.max(...gap)}`);
});

test("the end of an answer is no gap: nothing is counted, and the device listens once it is played", async () => {
  const { clock, server, device, counts, send } = await listening();
  server.send(START);
  send(toneFrames(300), () => 0);
  await clock.advance(1500);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(50);
  assert.equal(counts(), "received=5 late=0 concealed=0 dropped=0");
  assert.equal(server.log.at(-1), "listen start auto");
});

test("a server that runs more than 2.4 s ahead loses what it sends, and the log says how much", async () => {
  const { clock, server, counts, send } = await listening();
  server.send(START);
  send(toneFrames(4000), () => 0);
  await clock.advance(4000);
  server.send(STOP);
  await clock.advance(200);
  const dropped = Number(/dropped=(\d+)/.exec(counts() ?? "")?.[1]);
  assert.ok(dropped >= 20, counts());
});

test("an answer of one packet is heard although the buffer waits for two", async () => {
  const { clock, server, device } = await createWorld().then(async (world) => {
    await world.boot();
    world.device.press();
    await world.clock.run(world.device.reached("listening"));
    world.device.release();
    await world.clock.run(world.device.reached("idle"));
    return world;
  });
  server.send(START);
  for (const frame of toneFrames(60)) server.sendBinary(frame);
  await clock.advance(100);
  server.send(STOP);
  await clock.advance(200);
  assert.notEqual(device.speaker.firstAudibleAt, undefined);
});
