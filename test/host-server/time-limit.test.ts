import assert from "node:assert/strict";
import { test } from "node:test";
import { limited } from "../../host-server/time-limit.ts";
import { VirtualClock } from "../../simulator/clock.ts";

const LIMIT = { ms: 500, nextMs: 100, error: (ms: number) => new Error(`nothing for ${ms} ms`) };

/** Reads a source whose items come after these times, ms, one after the other; tells when each came, and how it ended. */
function read(clock: VirtualClock, itemsMs: readonly number[], signal = new AbortController().signal) {
  const start = clock.now();
  const at: number[] = [];
  let given: AbortSignal | undefined;
  const source = async function* (own: AbortSignal) {
    given = own;
    for (const ms of itemsMs) {
      await new Promise<void>((resolve) => clock.schedule(ms, resolve));
      yield ms;
    }
  };
  const reading = (async () => {
    for await (const _ of limited(source, { clock, ...LIMIT }, signal)) at.push(clock.now() - start);
  })();
  const ended = reading.then(
    () => "end",
    (error: Error) => error.message,
  );
  return { at, ended, given: () => given, sinceStart: () => clock.now() - start };
}

test("a source that gives its items in time is read to its end", async () => {
  const clock = new VirtualClock();
  const { at, ended } = read(clock, [499, 99, 99, 50, 99]);
  assert.equal(await clock.run(ended), "end");
  assert.deepEqual(at, [499, 598, 697, 747, 846]);
  assert.equal(clock.pending, 0);
});

test("the first item may take longer than the next ones, and each has its own time", async () => {
  for (const [itemsMs, message, ms] of [
    [[501], "nothing for 500 ms", 500],
    [[10, 101], "nothing for 100 ms", 110],
    [[400, 101], "nothing for 100 ms", 500],
    [[400, 60, 60, 60, 101], "nothing for 100 ms", 680],
  ] as const) {
    const clock = new VirtualClock();
    const { ended, given, sinceStart } = read(clock, itemsMs);
    assert.equal(await clock.run(ended), message);
    assert.equal(sinceStart(), ms);
    assert.equal(given()?.aborted, true);
  }
});

test("time that the reader takes is not the source's", async () => {
  const clock = new VirtualClock();
  const source = async function* () {
    yield 1;
    yield 2;
  };
  const { signal } = new AbortController();
  const reading = (async () => {
    for await (const _ of limited(source, { clock, ...LIMIT }, signal)) {
      await new Promise<void>((resolve) => clock.schedule(2_000, resolve));
    }
  })();
  await clock.run(reading);
  assert.equal(clock.pending, 0);
});

test("an abort ends the reading at once, of a source that hangs, too, and tells the source why", async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const { at, ended, given, sinceStart } = read(clock, [10, 90, 5_000], abort.signal);
  clock.schedule(120, () => abort.abort("enough"));
  assert.equal(await clock.run(ended), "end");
  assert.deepEqual([at, sinceStart(), given()?.reason], [[10, 100], 120, "enough"]);
});

test("what a source throws is thrown, unless it was aborted", async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const failing = () => sourceOf(() => Promise.reject(new Error("no voice")));
  await assert.rejects(limited(failing, { clock, ...LIMIT }, signal).next(), { message: "no voice" });
  const abort = new AbortController();
  const heeding = (own: AbortSignal) =>
    sourceOf(() => new Promise((_, reject) => own.addEventListener("abort", () => reject(new Error("aborted")))));
  const next = limited(heeding, { clock, ...LIMIT }, abort.signal).next();
  abort.abort();
  assert.deepEqual(await next, { value: undefined, done: true });
});

function sourceOf(next: () => Promise<IteratorResult<number>>): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
