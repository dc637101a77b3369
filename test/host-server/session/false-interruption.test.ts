import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeDevice } from "../fakes/device.ts";
import { figuresOf } from "../fakes/figures.ts";
import { createWorld } from "../fakes/world.ts";

const ANSWER = "One two three four five. Six seven eight nine ten. And that was all of it.";

/** A device that cancels its echo, and hears an answer of three sentences, some two and a half seconds each. */
async function inAnswer(heard: string[], features: object = {}, env: Record<string, string> = {}) {
  const world = createWorld({ heard, rounds: [ANSWER, "Right."], msPerCharacter: 100 }, env);
  const device = await world.connect({ features });
  device.listen("start", "realtime");
  device.detect("count");
  await world.clock.advance(3_500);
  device.received.length = 0;
  return { ...world, device };
}

/** Frames that came before and after the nth message of this kind. */
function framesAround(device: FakeDevice, state: string): [before: number, after: number] {
  const at = device.received.findIndex(({ message }) => message?.["state"] === state);
  const isFrame = ({ packet }: { packet?: Uint8Array }) => packet !== undefined;
  return [device.received.slice(0, at).filter(isFrame).length, device.received.slice(at).filter(isFrame).length];
}

test("a voice silences the answer at once; without words it goes on from the sentence it was in", async () => {
  const { device, clock, turns, server } = await inAnswer([""]);
  const from = clock.now();
  device.talk(480, 1_200);
  await clock.advance(800);
  const stop = device.received.find(({ message }) => message?.["state"] === "stop");
  assert.ok((stop?.at ?? Number.POSITIVE_INFINITY) - from <= 60, "one frame of voice is enough");
  assert.equal(framesAround(device, "stop")[1], 0, "silence until it is known");
  await clock.advance(10_000);
  assert.deepEqual(device.trace, [
    "tts stop",
    "tts start",
    "sentence Six seven eight nine ten",
    "frames",
    "sentence And that was all of it",
    "frames",
    "tts stop",
  ]);
  assert.equal(turns.length, 1);
  assert.equal(turns[0]?.said, ANSWER);
  assert.equal(turns[0]?.isInterrupted, false);
  const figures = await figuresOf(server);
  assert.equal(figures.get("xiaozhi_false_starts_total"), 1);
  assert.equal(figures.get('xiaozhi_interruptions_total{by="voice"}'), undefined);
});

test("all of the sentence is said again, at the usual pace, and none of the one before", async () => {
  const { device, clock } = await inAnswer([""]);
  device.talk(480, 1_200);
  await clock.advance(12_000);
  const start = device.received.findIndex(({ message }) => message?.["state"] === "start");
  const second = device.received.findIndex(({ message }) => message?.["text"] === "And that was all of it");
  const times = device.received.slice(start, second).flatMap(({ at, packet }) => (packet ? [at] : []));
  // 25 characters of 100 ms each, in frames of 60 ms.
  assert.equal(times.length, 42);
  const [first = 0] = times;
  for (const [index, at] of times.entries()) assert.equal(at - first, Math.max(0, index - 4) * 60, `frame ${index}`);
});

test("with words a new turn begins; nothing of the old one follows, and it is remembered as far as it was heard", async () => {
  const { device, clock, turns, stages, server } = await inAnswer(["stop"]);
  device.talk(480, 1_200);
  await clock.advance(10_000);
  assert.deepEqual(device.trace, [
    "tts stop",
    "tts start",
    "tts stop",
    "stt stop",
    "tts start",
    "llm happy",
    "sentence Right",
    "frames",
    "tts stop",
  ]);
  assert.deepEqual(
    turns.map(({ turn, isInterrupted }) => [turn, isInterrupted]),
    [
      [1, true],
      [2, false],
    ],
  );
  const remembered = stages.asked[1]?.messages.slice(1).map(({ content }) => content);
  assert.deepEqual(remembered, ["count", "One two three four five. Six seven…", "stop"]);
  assert.equal((await figuresOf(server)).get('xiaozhi_interruptions_total{by="voice"}'), 1);
});

test("speech that cannot be made out is no word: the answer goes on", async () => {
  const { device, clock, turns } = await inAnswer(["…"]);
  device.talk(480, 1_200);
  await clock.advance(10_000);
  assert.equal(device.trace.at(-2), "frames");
  assert.deepEqual(
    turns.map(({ said }) => said),
    [ANSWER],
  );
});

test("an abort, a text and the end of the connection end a paused answer, too", async () => {
  for (const end of ["abort", "detect", "close"] as const) {
    const { device, clock, turns } = await inAnswer(["", ""]);
    device.talk(300, 0);
    await clock.advance(300);
    assert.deepEqual(device.trace, ["tts stop", "tts start"]);
    if (end === "abort") device.send({ type: "abort" });
    else if (end === "detect") device.detect("hello");
    else device.close();
    const { length } = device.received;
    device.talk(0, 1_200);
    await clock.advance(10_000);
    const after = device.received.slice(length).filter(({ message }) => message);
    if (end !== "detect") assert.equal(after.length, 0, end);
    assert.equal(turns[0]?.isInterrupted, true);
    assert.equal(turns.length, end === "detect" ? 2 : 1);
  }
});

test("a pause while the last words are being played ends well", async () => {
  const { device, clock, turns } = await inAnswer([""]);
  const { said = "" } = turns[0] ?? {};
  assert.equal(said, "");
  await clock.advance(3_500);
  device.received.length = 0;
  device.talk(300, 1_200);
  await clock.advance(10_000);
  assert.deepEqual(device.trace.slice(0, 2), ["tts stop", "tts start"]);
  assert.equal(device.trace.at(-1), "tts stop");
  assert.equal(turns.length, 1);
});

test("a voice before the first sound makes the answer wait", async () => {
  const slow = async function* () {
    await new Promise<void>((resolve) => world.clock.schedule(600, resolve));
    yield { type: "text" as const, text: "Well." };
  };
  const world = createWorld({ heard: [""], rounds: [slow], msPerCharacter: 100 });
  const device = await world.connect();
  device.listen("start", "realtime");
  device.detect("think");
  device.talk(480, 1_200);
  await world.clock.advance(850);
  assert.deepEqual(device.trace, ["hello", "stt think", "tts start", "llm happy"]);
  await world.clock.advance(5_000);
  assert.deepEqual(device.trace.slice(4), ["sentence Well", "frames", "tts stop"]);
});

for (const [who, features, mode, env] of [
  ["the device leaves its echo to the server, which has heard no times", { aec: true }, "realtime", {}],
  ["the device does not cancel its echo", {}, "auto", {}],
  ["the configuration says so", {}, "realtime", { XIAOZHI_TURN_VOICE_INTERRUPTS: "false" }],
] as const) {
  test(`only words interrupt when ${who}`, async () => {
    const { device, clock } = await inAnswer(["stop"], features, env);
    device.listen("start", mode);
    device.received.length = 0;
    device.talk(480, 1_200);
    await clock.advance(600);
    assert.deepEqual(device.trace, ["frames"]);
    await clock.advance(10_000);
    assert.deepEqual(device.trace.slice(1, 3), ["tts stop", "stt stop"]);
  });
}

test("after three voices without words a voice alone does not interrupt any more; words do, and then it may again", async () => {
  const { device, clock, script } = await inAnswer(["", "", "", "", "stop", ""]);
  script.rounds?.unshift(ANSWER, ANSWER, ANSWER);
  const pauses: boolean[] = [];
  for (let n = 0; n < 6; n++) {
    device.received.length = 0;
    device.talk(300, 0);
    await clock.advance(360);
    pauses.push(device.trace.includes("tts stop"));
    device.talk(0, 900);
    await clock.advance(1_500);
  }
  assert.deepEqual(pauses, [true, true, true, false, false, true]);
});
