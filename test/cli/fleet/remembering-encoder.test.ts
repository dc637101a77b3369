import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rememberingEncoders } from "../../../cli/fleet/world/remembering-encoder.ts";
import { createEncoder } from "../../../host-server/audio/opus.ts";

const OPTIONS = { sampleRate: 24_000 };
const FRAME = 1_440;
const TUNINGS = [
  { complexity: 5, bitRate: 24_000, isMusic: false },
  { complexity: 3, bitRate: 32_000, isMusic: true },
];
/** Four sounds, so that what was said before is often said again. */
const SOUNDS = [110, 180, 260, 400].map((hertz) =>
  Int16Array.from({ length: FRAME }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hertz * at) / OPTIONS.sampleRate)),
);

test("what is remembered is what libopus gives, to the byte, whatever was said before", () => {
  const open = rememberingEncoders();
  const frame = fc.record({ sound: fc.nat(SOUNDS.length - 1), tuning: fc.nat(TUNINGS.length - 1) });
  const property = fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
    const [one, other] = [open(OPTIONS), createEncoder(OPTIONS)];
    for (const { sound, tuning } of frames) {
      for (const encoder of [one, other]) encoder.tune(TUNINGS[tuning] as (typeof TUNINGS)[number]);
      const pcm = SOUNDS[sound] as Int16Array;
      assert.deepEqual(Buffer.from(one.encode(pcm)), Buffer.from(other.encode(pcm)));
    }
    one.close();
    other.close();
  });
  fc.assert(property, { numRuns: 80 });
});

test("what was coded once is not coded again, and something new only from where it begins", () => {
  const open = rememberingEncoders();
  const say = (...sounds: number[]) => {
    const encoder = open(OPTIONS);
    const packets = sounds.map((sound) => encoder.encode(SOUNDS[sound] as Int16Array));
    encoder.close();
    return packets;
  };
  const first = say(0, 1, 2);
  const again = say(0, 1, 2);
  const other = say(0, 1, 3, 2);
  assert.deepEqual(
    [0, 1, 2].map((at) => again[at] === first[at]),
    [true, true, true],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((at) => other[at] === first[at]),
    [true, true, false, false],
  );
});

test("a frame that libopus refuses is refused each time", () => {
  const encoder = rememberingEncoders()(OPTIONS);
  encoder.encode(SOUNDS[0] as Int16Array);
  for (let n = 0; n < 2; n++) assert.throws(() => encoder.encode(new Int16Array(100)), { code: "opus-argument" });
  encoder.encode(SOUNDS[1] as Int16Array);
  encoder.close();
});
