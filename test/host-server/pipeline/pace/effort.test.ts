import assert from "node:assert/strict";
import { test } from "node:test";
import { Effort } from "../../../../host-server/pipeline/pace/effort.ts";

/** An effort on a machine where a frame of the best level takes this long, with so many that speak. */
function effortWith(state: { speaking: number; frameMs: number }) {
  let now = 0;
  const clock = { now: () => now, schedule: () => () => {}, hold: () => () => {} };
  const effort = new Effort(clock, () => state.speaking);
  const encode = (frames: number) => {
    for (let frame = 0; frame < frames; frame++) {
      const level = effort.level(false);
      effort.measure(level, () => {
        now += state.frameMs * level.share;
      });
    }
    return effort.level(false);
  };
  /** Runs the process for a second, this late each time. */
  const run = (lateMs: number) => {
    for (let end = now + 1_000; now < end; now += 20) effort.late(lateMs);
  };
  return { effort, encode, run };
}

test("a few are encoded as well as it gets, many as cheaply as needed, and when they have gone as well again", () => {
  const state = { speaking: 5, frameMs: 0.5 };
  const { encode } = effortWith(state);
  const seen: string[] = [];
  for (const speaking of [5, 30, 45, 70, 300, 5]) {
    state.speaking = speaking;
    seen.push(encode(500).name);
  }
  assert.deepEqual(seen, ["5", "5", "3", "0", "music", "5"]);
});

test("what a frame costs is learnt from this machine", () => {
  const fast = effortWith({ speaking: 100, frameMs: 0.1 });
  const slow = effortWith({ speaking: 10, frameMs: 5 });
  assert.equal(fast.encode(2_000).name, "5");
  assert.equal(slow.encode(2_000).name, "music");
});

test("a pause of the process is no reason to encode worse", () => {
  const state = { speaking: 20, frameMs: 0.4 };
  const { encode } = effortWith(state);
  encode(500);
  state.frameMs = 300;
  encode(3);
  state.frameMs = 0.4;
  assert.equal(encode(1).name, "5");
});

test("the first frame of an answer is made quickly while others speak, too", () => {
  const state = { speaking: 30, frameMs: 0.4 };
  const { effort } = effortWith(state);
  assert.deepEqual([effort.level(true).name, effort.level(false).name], ["0", "5"]);
  state.speaking = 3;
  assert.equal(effort.level(true).name, "5");
  state.speaking = 300;
  assert.equal(effort.level(true).name, "music");
});

test("frames are counted by level", () => {
  const { effort, encode } = effortWith({ speaking: 1, frameMs: 0.4 });
  encode(3);
  assert.deepEqual(effort.frames, { "0": 0, "3": 0, "5": 3, music: 0 });
});

test("a process that is late encodes for less, a few as well as ever, and as before when it is in time again", () => {
  const many = effortWith({ speaking: 40, frameMs: 0.4 });
  assert.equal(many.encode(1).name, "5");
  many.run(80);
  assert.equal(many.encode(1).name, "music");
  many.run(80);
  for (let second = 0; second < 30; second++) many.run(5);
  assert.equal(many.encode(1).name, "5");
  const few = effortWith({ speaking: 2, frameMs: 0.4 });
  few.run(80);
  assert.equal(few.encode(1).name, "5");
});

test("one pause of the process does not make anything coarser", () => {
  const { effort, encode, run } = effortWith({ speaking: 25, frameMs: 0.4 });
  run(2);
  effort.late(200);
  assert.equal(encode(1).name, "5");
});
