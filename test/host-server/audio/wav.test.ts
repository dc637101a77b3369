import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readWav, WavError, writeWav } from "../../../host-server/audio/wav.ts";

const isWavError = (error: unknown) => error instanceof WavError && error.code === "wav-format";

test("what is written is read back", () => {
  fc.assert(
    fc.property(
      fc.int16Array(),
      fc.integer({ min: 1, max: 192_000 }),
      fc.integer({ min: 1, max: 8 }),
      (pcm, sampleRate, channels) => {
        assert.deepEqual(readWav(writeWav({ pcm, sampleRate, channels })), { pcm, sampleRate, channels });
      },
    ),
  );
});

test("bytes that are no WAV file of 16-bit PCM are refused by a WavError, whatever they are", () => {
  const file = writeWav({ pcm: Int16Array.of(1, 2, 3), sampleRate: 16_000, channels: 1 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(60), (damage, at) => {
      const damaged = file.slice();
      damaged.set(damage.subarray(0, Math.max(0, damaged.length - at)), Math.min(at, damaged.length));
      try {
        readWav(damaged.subarray(0, damaged.length - ((damage[0] ?? 0) % 20)));
      } catch (error) {
        assert.ok(isWavError(error), String(error));
      }
    }),
  );
  assert.throws(() => readWav(new Uint8Array(0)), isWavError);
  assert.throws(() => readWav(file.subarray(0, 36)), isWavError);
  const eightBit = file.slice();
  eightBit[34] = 8;
  assert.throws(() => readWav(eightBit), isWavError);
});

test("chunks that are not known are skipped, odd ones with their padding", () => {
  const file = writeWav({ pcm: Int16Array.of(5, -5), sampleRate: 8_000, channels: 1 });
  const extra = Uint8Array.of(...Buffer.from("LIST"), 3, 0, 0, 0, 1, 2, 3, 0);
  const joined = Uint8Array.of(...file.subarray(0, 36), ...extra, ...file.subarray(36));
  assert.deepEqual(readWav(joined).pcm, Int16Array.of(5, -5));
});

test("a data chunk that claims more than there is gives what there is", () => {
  const file = writeWav({ pcm: Int16Array.of(7, 8), sampleRate: 8_000, channels: 1 });
  new DataView(file.buffer).setUint32(40, 0xffff_ffff, true);
  assert.deepEqual(readWav(file).pcm, Int16Array.of(7, 8));
});
