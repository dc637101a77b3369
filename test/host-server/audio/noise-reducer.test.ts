import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinSamples } from "../../../host-server/audio/join.ts";
import { NoiseReducer } from "../../../host-server/audio/noise-reducer.ts";
import { loudness } from "../../../host-server/audio/silence-trimmer.ts";

const lead = 9_600;

/** The same noise each time, of about this loudness. */
function noise(samples: number, level: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * level * Math.sqrt(3);
  });
}

/** Syllables: a tone of 500 Hz that swells and fades four times a second. */
function syllables(samples: number, peak: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) => {
    const swell = Math.max(0, Math.sin((2 * Math.PI * 4 * at) / 16_000));
    return peak * swell * Math.sin((2 * Math.PI * 500 * at) / 16_000);
  });
}

function sum(one: Int16Array, other: Int16Array): Int16Array {
  return one.map((sample, at) => sample + other[at]!);
}

function reduced(pcm: Int16Array, frameSamples = 960): Int16Array {
  const reducer = new NoiseReducer(lead);
  const pieces: Int16Array[] = [];
  for (let at = 0; at < pcm.length; at += frameSamples) {
    pieces.push(reducer.accept(pcm.subarray(at, at + frameSamples)));
  }
  return joinSamples([...pieces, reducer.end()]);
}

test("steady noise is taken down to a tenth", () => {
  const room = noise(32_000, 300);
  const left = loudness(reduced(room).subarray(lead));
  assert.ok(left < 45, `${left} of 300 are left`);
});

test("a voice in noise stays as loud as it is, and comes when it came", () => {
  const voice = joinSamples([new Int16Array(lead), syllables(24_000, 6_000)]);
  const result = reduced(sum(voice, noise(voice.length, 200)));
  const rest = result.map((sample, at) => sample - voice[at]!).subarray(lead);
  const ratio = loudness(rest) / loudness(voice.subarray(lead));
  assert.ok(ratio < 0.06, `${ratio} of the voice is wrong`);
});

test("a voice without noise passes as it is", () => {
  const voice = joinSamples([new Int16Array(lead), syllables(24_000, 6_000)]);
  const result = reduced(voice);
  const rest = loudness(result.map((sample, at) => sample - voice[at]!));
  assert.ok(rest < 20, `${rest} is wrong`);
});

test("somebody who speaks from the first sample is not taken for noise", () => {
  const voice = sum(syllables(32_000, 6_000), noise(32_000, 30));
  const kept = loudness(reduced(voice)) / loudness(voice);
  assert.ok(kept > 0.9, `${kept} of the voice is left`);
});

test("as much comes out as goes in, whatever the frames", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 15_000 }), fc.integer({ min: 100, max: 3_000 }), (samples, frameSamples) => {
      assert.equal(reduced(noise(samples, 100), frameSamples).length, samples);
    }),
    { numRuns: 15 },
  );
});

test("once the noise is known each packet gives as much as it is, 15 ms late", () => {
  const reducer = new NoiseReducer(lead);
  assert.equal(reducer.accept(noise(lead - 960, 100)).length, 0);
  assert.equal(reducer.accept(noise(960, 100)).length, lead - NoiseReducer.delaySamples);
  assert.equal(reducer.accept(noise(960, 100)).length, 960);
  assert.equal(reducer.end().length, NoiseReducer.delaySamples);
});
