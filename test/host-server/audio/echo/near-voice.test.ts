import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK_SAMPLES } from "../../../../host-server/audio/echo/adaptive-filter.ts";
import { BandEnergy } from "../../../../host-server/audio/echo/band-energy.ts";
import { NearVoice } from "../../../../host-server/audio/echo/near-voice.ts";

const silence = new Float64Array(BLOCK_SAMPLES);

function tone(hz: number, amplitude: number): Float64Array {
  return Float64Array.from(silence, (_, at) => amplitude * Math.sin((2 * Math.PI * hz * at) / 16_000));
}

/** Somebody decides after a second of an echo of which a hundredth is left. */
function afterEcho(): NearVoice {
  const near = new NearVoice();
  const echo = tone(400, 0.2);
  for (let n = 0; n < 66; n++) assert.equal(near.accept({ heard: echo, echo, left: tone(400, 0.02) }, true), false);
  return near;
}

const vowel = { heard: tone(500, 0.4), echo: tone(400, 0.2), left: tone(500, 0.3) };

test("a voice that lasts is heard, and a while longer", () => {
  const near = afterEcho();
  const heard = Array.from({ length: 5 }, () => near.accept(vowel, true));
  assert.deepEqual(heard, [false, false, true, true, true]);
  const quiet = { heard: silence, echo: silence, left: silence };
  const after = Array.from({ length: 20 }, () => near.accept(quiet, true));
  assert.equal(after[0], true);
  assert.equal(after.at(-1), false);
});

test("a sound as short as the beginning of a consonant, or as high as a hiss, is no voice", () => {
  const near = afterEcho();
  for (const block of [vowel, vowel, { ...vowel, left: silence }]) assert.equal(near.accept(block, true), false);
  for (let n = 0; n < 20; n++) {
    const hiss = { heard: tone(4_000, 0.4), echo: tone(400, 0.2), left: tone(4_000, 0.3) };
    assert.equal(near.accept(hiss, true), false);
  }
});

test("an echo that was expected and did not come is no voice", () => {
  const near = afterEcho();
  const expected = tone(400, 0.2);
  for (let n = 0; n < 20; n++) {
    assert.equal(near.accept({ heard: silence, echo: expected, left: expected.map((v) => -v) }, true), false);
  }
});

test("while the filter learns, a voice must be louder than the echo", () => {
  const block = { heard: tone(500, 0.3), echo: tone(400, 0.2), left: tone(500, 0.18) };
  const [settled, learning] = [afterEcho(), afterEcho()];
  assert.equal(Array.from({ length: 6 }, () => settled.accept(block, true)).at(-1), true);
  assert.equal(Array.from({ length: 6 }, () => learning.accept(block, false)).at(-1), false);
});

test("what is between the frequencies counts", () => {
  const energyOf = (hz: number) => {
    const band = new BandEnergy(200, 1_000);
    let energy = 0;
    for (let n = 0; n < 20; n++) {
      const block = Float64Array.from(silence, (_, at) =>
        Math.sin((2 * Math.PI * hz * (n * BLOCK_SAMPLES + at)) / 16_000),
      );
      energy = band.of(block);
    }
    return (2 * energy) / BLOCK_SAMPLES;
  };
  assert.ok(energyOf(450) > 0.8, String(energyOf(450)));
  for (const hz of [50, 4_000]) assert.ok(energyOf(hz) < 0.02, `${hz}: ${energyOf(hz)}`);
});
