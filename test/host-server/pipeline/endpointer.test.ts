import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EndpointEvent, Endpointer, type EndpointerSettings } from "../../../host-server/pipeline/endpointer.ts";

const frameSamples = 960;

/** Frames whose samples carry their number, so that it can be told where they went. */
function frame(number: number): Int16Array {
  return new Int16Array(frameSamples).fill(number);
}

/** `V` is a frame with voice, `.` one without; gives each event with the number of its frame. */
function run(pattern: string, settings: EndpointerSettings = {}, completeFrom = Number.POSITIVE_INFINITY) {
  const endpointer = new Endpointer(settings);
  const events: { at: number; event: EndpointEvent }[] = [];
  for (const [at, letter] of [...pattern].entries()) {
    endpointer.setOutlook(at >= completeFrom ? "complete" : "unknown");
    const event = endpointer.accept(frame(at), [letter === "V" ? 0.9 : 0.05]);
    if (event) events.push({ at, event });
  }
  return events;
}

test("an utterance starts with the voice and its pre-roll and ends with the silence", () => {
  const [start, end, ...more] = run(`${".".repeat(20)}VVVVV${".".repeat(15)}`);
  assert.equal(more.length, 0);
  assert.equal(start?.at, 21);
  assert.ok(start.event.type === "start");
  assert.deepEqual(
    start.event.preRoll.map((pcm) => pcm[0]),
    // 600 ms before the first frame with voice, and the frames since.
    Array.from({ length: 12 }, (_, index) => index + 10),
  );
  // The last voice is in frame 24; half of that frame and eight more make 510 ms.
  assert.deepEqual(end?.event, { type: "end", reason: "silence", silenceMs: 510 });
  assert.equal(end?.at, 32);
});

test("less silence is enough after a complete command", () => {
  const pattern = `....VVVVV${".".repeat(15)}`;
  const [, slow] = run(pattern);
  const [, quick] = run(pattern, {}, 6);
  assert.equal(slow!.at - quick!.at, 7);
});

test("more silence is waited for after the beginning of a command than after words that may be all", () => {
  const ends = (["complete", "extendable", "unknown", "unfinished"] as const).map((outlook) => {
    const endpointer = new Endpointer();
    endpointer.setOutlook(outlook);
    for (let at = 0; ; at++)
      if (endpointer.accept(frame(at), [at < 5 ? 0.9 : 0.05, at < 4 ? 0.9 : 0.05])?.type === "end") return at;
  });
  assert.deepEqual(
    ends,
    ends.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(ends).size, 4);
});

test("the silence begins within a frame when the detector tells its parts apart", () => {
  const endpointer = new Endpointer();
  for (let at = 0; at < 5; at++) endpointer.accept(frame(at), [0.9, 0.9]);
  endpointer.accept(frame(5), [0.9, 0.1]);
  assert.equal(endpointer.silenceMs, 45);
  endpointer.accept(frame(6), [0.1, 0.1]);
  assert.equal(endpointer.silenceMs, 105);
});

test("a click starts nothing", () => {
  assert.deepEqual(run("....V....V......V..."), []);
});

test("a pause within a sentence does not end it", () => {
  const events = run("VVVV....VVVV...............");
  assert.deepEqual(
    events.map(({ event }) => event.type),
    ["start", "end"],
  );
  assert.equal(events[1]!.at, 19);
});

test("noise that never ends ends by length", () => {
  const events = run("V".repeat(300), { maximumMs: 6_000 });
  assert.deepEqual(events[1], { at: 99, event: { type: "end", reason: "too-long", silenceMs: 0 } });
  assert.equal(events[2]?.event.type, "start");
});

test("probabilities between the two thresholds keep speech going but do not start it", () => {
  const endpointer = new Endpointer();
  for (let at = 0; at < 10; at++) assert.equal(endpointer.accept(frame(at), [0.47]), undefined);
  endpointer.accept(frame(10), [0.9]);
  assert.equal(endpointer.accept(frame(11), [0.9])?.type, "start");
  for (let at = 12; at < 40; at++) assert.equal(endpointer.accept(frame(at), [0.47]), undefined);
  assert.equal(endpointer.speaking, true);
});

test("for any voice, starts and ends alternate, and each start brings every frame since the last end but the oldest", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[V.]{0,200}$/), (pattern) => {
      let isSpeaking = false;
      let endedAt = -1;
      for (const { at, event } of run(pattern)) {
        assert.equal(event.type, isSpeaking ? "end" : "start");
        isSpeaking = !isSpeaking;
        if (event.type === "end") endedAt = at;
        else {
          const numbers = event.preRoll.map((pcm) => pcm[0]!);
          assert.equal(numbers.at(-1), at);
          assert.ok(numbers[0]! > endedAt);
          for (const [index, number] of numbers.entries()) assert.equal(number, numbers[0]! + index);
        }
      }
    }),
  );
});

test("the size of the frames does not change when speech ends by more than a frame", () => {
  const sampleAt = (ms: number) => ms * 16;
  fc.assert(
    fc.property(fc.constantFrom(160, 320, 480, 960), fc.integer({ min: 500, max: 3_000 }), (size, voiceMs) => {
      const endpointer = new Endpointer();
      for (let offset = 0; offset < sampleAt(5_000); offset += size) {
        const event = endpointer.accept(new Int16Array(size), [offset < sampleAt(voiceMs) ? 1 : 0]);
        if (event?.type !== "end") continue;
        const silence = (offset + size) / 16 - voiceMs;
        assert.ok(silence >= 400 && silence <= 550, `${silence} ms with frames of ${size}`);
        return;
      }
      assert.fail("speech never ended");
    }),
  );
});

test("where somebody falls silent for it, one frame that is surely voice starts an utterance, and a doubtful one does not", () => {
  for (const [isEager, probability, starts] of [
    [true, 0.95, true],
    [true, 0.6, false],
    [false, 0.95, false],
  ] as const) {
    const endpointer = new Endpointer();
    endpointer.setEager(isEager);
    assert.equal(endpointer.accept(new Int16Array(960), [probability])?.type === "start", starts);
  }
});
