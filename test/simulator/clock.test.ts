import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { ClockError, VirtualClock } from "../../simulator/clock.ts";

test("timers run in order of time, then of insertion", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (delays) => {
      const clock = new VirtualClock({ start: 1000 });
      const ran: { at: number; index: number }[] = [];
      delays.forEach((delay, index) => {
        clock.schedule(delay, () => ran.push({ at: clock.now() - 1000, index }));
      });
      await clock.advance(20);
      const expected = delays.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index);
      assert.deepEqual(ran, expected);
      assert.equal(clock.now(), 1020);
    }),
    { numRuns: 40 },
  );
});

test("a cancelled timer never runs, even when cancelled by one that is due at the same time", async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.schedule(5, () => {
    ran.push("first");
    cancel();
  });
  const cancel = clock.schedule(5, () => ran.push("second"));
  const cancels = Array.from({ length: 300 }, (_, index) => clock.schedule(index, () => ran.push("many")));
  for (const each of cancels) each();
  assert.equal(clock.pending, 2);
  await clock.advance(1000);
  assert.deepEqual(ran, ["first"]);
});

test("a chain of promises, ticks and immediates takes no virtual time", async () => {
  const clock = new VirtualClock({ start: 0 });
  const seen: number[] = [];
  clock.schedule(10, () => {
    setImmediate(() =>
      process.nextTick(() => Promise.resolve().then(() => clock.schedule(1, () => seen.push(clock.now())))),
    );
  });
  clock.schedule(50, () => seen.push(clock.now()));
  await clock.advance(100);
  assert.deepEqual(seen, [11, 50]);
});

test("time stands still while a hold is open and while a file is read", async () => {
  const clock = new VirtualClock({ start: 0 });
  const seen: string[] = [];
  clock.schedule(10, () => {
    const release = clock.hold("a worker");
    setTimeout(() => {
      clock.schedule(5, () => seen.push(`worker ${clock.now()}`));
      release();
    }, 30);
  });
  clock.schedule(12, () => seen.push(`timer ${clock.now()}`));
  clock.schedule(20, () => {
    readFile(import.meta.filename).then(() => seen.push(`file ${clock.now()}`));
  });
  await clock.advance(100);
  assert.deepEqual(seen, ["timer 12", "worker 15", "file 20"]);
});

test("a hold that is never released is named in the error", async () => {
  const clock = new VirtualClock({ stuckMs: 20 });
  clock.hold("the recogniser");
  await assert.rejects(clock.advance(1), (error: ClockError) => {
    assert.equal(error.code, "clock-stuck");
    assert.match(error.message, /the recogniser/);
    return true;
  });
  const unnamed = new VirtualClock({ stuckMs: 20 });
  unnamed.hold();
  await assert.rejects(unnamed.advance(1), /clock\.test\.ts/);
});

test("run stops at the moment when the promise settles and passes on how", async () => {
  const clock = new VirtualClock({ start: 0 });
  const late: number[] = [];
  clock.schedule(500, () => late.push(500));
  const value = await clock.run(new Promise((resolve) => clock.schedule(70, () => resolve("done"))));
  assert.equal(value, "done");
  assert.equal(clock.now(), 70);
  assert.deepEqual(late, []);
  await assert.rejects(clock.run(Promise.reject(new Error("no"))), /no/);
});

test("a promise that nothing can settle, or that takes too long, is an error", async () => {
  const never = new Promise(() => {});
  await assert.rejects(new VirtualClock({ stuckMs: 20 }).run(never), { code: "clock-idle" });
  const clock = new VirtualClock();
  const repeat = (): void => void clock.schedule(100, repeat);
  repeat();
  await assert.rejects(clock.run(never, { limitMs: 1000 }), { code: "clock-limit" });
});

test("two drivers at once are refused", async () => {
  const clock = new VirtualClock();
  const first = clock.advance(10);
  await assert.rejects(clock.advance(10), ClockError);
  await first;
});

test("the seed decides when time starts", () => {
  assert.equal(new VirtualClock({ seed: 7 }).now(), new VirtualClock({ seed: 7 }).now());
  assert.notEqual(new VirtualClock({ seed: 7 }).now(), new VirtualClock({ seed: 8 }).now());
});
