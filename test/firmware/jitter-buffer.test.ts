import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JitterBuffer } from "../../modules/audio/plain/jitter-buffer.ts";

const packet = (number: number) => Uint8Array.of(number);

/** What would be played now, by the number of each packet. */
function takeAll(buffer: JitterBuffer): (number | "gap")[] {
  const played: (number | "gap")[] = [];
  for (let next = buffer.take(); next; next = buffer.take()) played.push(next === "gap" ? "gap" : (next[0] as number));
  return played;
}

test("lost packets are made up at their place, so that what follows keeps its time", () => {
  const buffer = new JitterBuffer();
  buffer.push(packet(1), 0);
  buffer.push(packet(2), 0);
  buffer.push(packet(5), 0, 2);
  buffer.complete();
  assert.deepEqual(takeAll(buffer), [1, 2, "gap", "gap", 5]);
  assert.deepEqual(buffer.takeCounts(), { received: 3, late: 0, concealed: 2, dropped: 0 });
});

test("what was made up while the buffer ran dry is not made up again", () => {
  const buffer = new JitterBuffer();
  buffer.push(packet(1), 0);
  buffer.push(packet(2), 0);
  assert.deepEqual([buffer.take(), buffer.take(), buffer.take()], [packet(1), packet(2), "gap"]);
  buffer.push(packet(5), 0, 2);
  buffer.complete();
  assert.deepEqual(takeAll(buffer), ["gap", 5]);
  assert.deepEqual(buffer.takeCounts(), { received: 3, late: 0, concealed: 2, dropped: 0 });
});

test("a packet that is only late counts as late", () => {
  const buffer = new JitterBuffer();
  buffer.push(packet(1), 0);
  buffer.push(packet(2), 0);
  buffer.take();
  buffer.take();
  buffer.take();
  buffer.push(packet(3), 0);
  assert.deepEqual(buffer.takeCounts(), { received: 3, late: 1, concealed: 1, dropped: 0 });
});

test("of a long loss only the beginning is made up", () => {
  const buffer = new JitterBuffer();
  buffer.push(packet(1), 0);
  buffer.push(packet(2), 0, 1_000_000);
  buffer.complete();
  assert.deepEqual(takeAll(buffer), [1, "gap", "gap", "gap", 2]);
});

test("any losses: packets keep their order, and no more waits than the limit", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 6 }), { maxLength: 120 }), (losses) => {
      const buffer = new JitterBuffer();
      for (const [index, lost] of losses.entries()) {
        buffer.push(packet(index), 0, lost);
        assert.ok(buffer.length <= 40);
      }
      buffer.complete();
      const played = takeAll(buffer).filter((next) => next !== "gap") as number[];
      assert.deepEqual(
        played,
        [...played].sort((a, b) => a - b),
      );
      assert.equal(played.length + buffer.takeCounts().dropped, losses.length);
    }),
  );
});
