import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Frames } from "../../../../host-server/pipeline/sound/frames.ts";

const FRAME_SAMPLES = 1_440;
const SPEECH = Int16Array.from({ length: 5 * FRAME_SAMPLES + 100 }, (_, at) => (at * 7) % 20_011);

test("however speech is cut, its frames are the same, and the last one ends in silence", () => {
  const cuts = fc.array(fc.nat({ max: SPEECH.length }), { maxLength: 20 });
  const property = fc.property(cuts, (at) => {
    const frames = new Frames();
    const borders = [0, ...at.sort((a, b) => a - b), SPEECH.length];
    const found = borders.slice(1).flatMap((end, n) => [...frames.accept(SPEECH.subarray(borders[n], end), 24_000)]);
    found.push(...frames.end());
    frames.close();
    assert.ok(found.every(({ length }) => length === FRAME_SAMPLES));
    const whole = new Int16Array(6 * FRAME_SAMPLES);
    whole.set(SPEECH);
    assert.deepEqual(Int16Array.from(found.flatMap((frame) => [...frame])), whole);
  });
  fc.assert(property, { numRuns: 100 });
});

test("a frame that lies in one piece is not copied", () => {
  const frames = new Frames();
  for (const frame of frames.accept(SPEECH, 24_000)) assert.equal(frame.buffer, SPEECH.buffer);
});
