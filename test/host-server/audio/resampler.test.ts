import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createResampler } from "../../../host-server/audio/resampler.ts";
import { AppError } from "../../../host-server/errors.ts";

function tone(samples: number, sampleRate: number, frequency = 440): Int16Array {
  return Int16Array.from(
    { length: samples },
    (_, index) => 8_000 * Math.sin((2 * Math.PI * frequency * index) / sampleRate),
  );
}

test("a 60 ms frame stays 60 ms, frame by frame", () => {
  for (const [from, to, input, output] of [
    [16_000, 24_000, 960, 1_440],
    [24_000, 16_000, 1_440, 960],
    [48_000, 16_000, 2_880, 960],
    [22_050, 24_000, 1_323, 1_440],
  ] as const) {
    const resampler = createResampler(from, to);
    const counts = Array.from({ length: 20 }, () => resampler.process(tone(input, from)).length);
    resampler.close();
    assert.ok(Math.abs(counts.reduce((sum, count) => sum + count) - 20 * output) <= 1, `${from} to ${to}: ${counts}`);
  }
});

test("how a stream is cut into frames does not change it", () => {
  const sound = tone(9_000, 16_000);
  const whole = createResampler(16_000, 24_000);
  const expected = whole.process(sound);
  whole.close();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 20 }), (cuts) => {
      const resampler = createResampler(16_000, 24_000);
      const pieces: number[] = [];
      let offset = 0;
      for (const cut of [...cuts, sound.length]) {
        pieces.push(...resampler.process(sound.subarray(offset, offset + cut)));
        offset = Math.min(sound.length, offset + cut);
      }
      resampler.close();
      assert.equal(pieces.length, expected.length);
      // Rounding may differ by one where a piece ends.
      for (const [index, sample] of pieces.entries()) assert.ok(Math.abs(sample - expected[index]!) <= 1);
    }),
    { numRuns: 30 },
  );
});

test("a tone keeps its loudness and its pitch", () => {
  const resampler = createResampler(16_000, 24_000);
  const output = resampler.process(tone(16_000, 16_000)).subarray(2_000);
  resampler.close();
  let crossings = 0;
  for (let index = 1; index < output.length; index++) if (output[index - 1]! < 0 && output[index]! >= 0) crossings++;
  assert.ok(Math.abs(crossings / (output.length / 24_000) - 440) < 2);
  const peak = output.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  assert.ok(peak > 7_800 && peak < 8_200, `peak ${peak}`);
});

test("equal rates change nothing, impossible ones are refused", () => {
  const frame = tone(960, 16_000);
  assert.deepEqual(createResampler(16_000, 16_000).process(frame), frame);
  for (const rate of [0, -1, 16_000.5, Number.NaN]) {
    assert.throws(
      () => createResampler(16_000, rate),
      (error) => error instanceof AppError && error.code === "sample-rate",
    );
  }
});
