import assert from "node:assert/strict";
import { test } from "node:test";
import { AdaptiveFilter, BLOCK_SAMPLES } from "../../../../host-server/audio/echo/adaptive-filter.ts";
import { EchoCanceller } from "../../../../host-server/audio/echo/echo-canceller.ts";
import { Fft, spectrum } from "../../../../host-server/audio/echo/fft.ts";
import { babble, type RoomOptions, throughRoom } from "../../fakes/room.ts";

const FRAME = 960;
const LEAD = 5;

function frame(samples: Float64Array, index: number): Int16Array {
  const part = samples.subarray(index * FRAME, (index + 1) * FRAME);
  return Int16Array.from(part, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample))));
}

function energy(pcm: ArrayLike<number>): number {
  return Array.from(pcm).reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
}

/** Plays through a room and cleans what is heard; what of each frame was heard, and what is left of it. */
function play(played: Float64Array, room: RoomOptions, near?: Float64Array, canceller = new EchoCanceller()) {
  const heard = throughRoom(played, room).map((sample, at) => sample + (near?.[at] ?? 0));
  const time = (index: number) => 1_000 + index * 60;
  const add = (index: number) => {
    if ((index + 1) * FRAME <= played.length) canceller.played(time(index), frame(played, index));
  };
  for (let index = 0; index < LEAD; index++) add(index);
  return Array.from({ length: played.length / FRAME }, (_, index) => {
    add(index + LEAD);
    const pcm = frame(heard, index);
    return { heard: energy(pcm), left: energy(canceller.clean(pcm, time(index))), isSure: canceller.isSure };
  });
}

function total(frames: ReturnType<typeof play>, of: "heard" | "left"): number {
  return frames.reduce((sum, each) => sum + each[of], 0);
}

for (const [name, room] of [
  ["near", { delaySamples: 100 }],
  ["with the buffers of a driver in between", { delaySamples: 8_000 }],
  ["loud", { gain: 1 }],
  ["quiet", { gain: 0.1 }],
  ["in a hall", { diffuse: 0.2, ringSamples: 6_000 }],
  ["with a noisy microphone", { noise: 100 }],
] as const) {
  test(`an echo ${name} is taken out to less than a hundredth, from the beginning on`, () => {
    const frames = play(babble(FRAME * 80, 1), room);
    assert.ok(total(frames, "left") * 100 < total(frames, "heard"));
    assert.ok(frames.at(-1)?.isSure);
  });
}

test("somebody who speaks into the echo is heard; before and after there is silence", () => {
  const near = new Float64Array(FRAME * 120);
  near.set(babble(FRAME * 20, 2), FRAME * 70);
  const frames = play(babble(FRAME * 120, 1), {}, near);
  const during = frames.slice(70, 90);
  const own = Array.from({ length: 20 }, (_, n) => energy(frame(near, 70 + n)));
  const heard = during.filter(({ left }, n) => left > 0.3 * (own[n] as number) && (own[n] as number) > 1_000);
  assert.ok(heard.length >= 12, `${heard.length} frames`);
  const alone = [...frames.slice(0, 70), ...frames.slice(95)];
  assert.ok(total(alone, "left") * 50 < total(alone, "heard"));
});

test("the next answer is cancelled with what was learnt before, though its delay is another", () => {
  const canceller = new EchoCanceller();
  play(babble(FRAME * 80, 1), { delaySamples: 1_000 }, undefined, canceller);
  for (let n = 0; n < 20; n++) canceller.clean(new Int16Array(FRAME), 0);
  const frames = play(babble(FRAME * 40, 3), { delaySamples: 3_000 }, undefined, canceller);
  assert.ok(total(frames.slice(10), "left") * 20 < total(frames.slice(10), "heard"));
});

test("a device that stops before the end of what was sent hears the user at once, and its room is not forgotten", () => {
  const canceller = new EchoCanceller();
  play(babble(FRAME * 80, 1), {}, undefined, canceller);
  // It plays none of these, and says so; the user goes on.
  for (let n = 0; n < 5; n++) canceller.played(20_000 + n * 60, frame(babble(FRAME * 5, 9), n));
  const user = babble(FRAME * 20, 2);
  const left = Array.from({ length: 20 }, (_, n) => energy(canceller.clean(frame(user, n), 0)));
  const own = Array.from({ length: 20 }, (_, n) => energy(frame(user, n)));
  assert.ok(left.slice(4).reduce((a, b) => a + b) > 0.9 * own.slice(4).reduce((a, b) => a + b));
  const frames = play(babble(FRAME * 40, 3), {}, undefined, canceller);
  assert.ok(total(frames.slice(8), "left") * 50 < total(frames.slice(8), "heard"));
});

test("what is heard while nothing is played passes as it is", () => {
  const canceller = new EchoCanceller();
  const pcm = frame(babble(FRAME, 5), 0);
  assert.equal(canceller.clean(pcm, 0), pcm);
  assert.equal(canceller.isSure, false, "a device that tells no times may play what it likes");
  play(babble(FRAME * 60, 1), {}, undefined, canceller);
  for (let n = 0; n < 20; n++) canceller.clean(new Int16Array(FRAME), 0);
  assert.equal(canceller.clean(pcm, 0), pcm);
  assert.equal(canceller.isSure, true);
});

test("without an echo the user is heard, after a moment", () => {
  const near = babble(FRAME * 60, 2);
  const frames = play(babble(FRAME * 60, 1), { gain: 0 }, near);
  assert.ok(total(frames.slice(25), "left") > 0.9 * total(frames.slice(25), "heard"));
});

test("frames of another length and unknown times are let through", () => {
  const canceller = new EchoCanceller();
  const pcm = new Int16Array(320).fill(100);
  assert.equal(canceller.clean(pcm, 7), pcm);
  const whole = new Int16Array(FRAME).fill(100);
  assert.equal(canceller.clean(whole, 12_345), whole);
});

test("the transform and its inverse change nothing", () => {
  const fft = new Fft(64);
  const signal = spectrum(64);
  for (let at = 0; at < 64; at++) signal.re[at] = Math.sin(at * at);
  const before = Array.from(signal.re);
  fft.forward(signal);
  assert.ok(Math.abs((signal.re[0] as number) - before.reduce((sum, value) => sum + value, 0)) < 1e-9);
  fft.inverse(signal);
  for (const [at, value] of before.entries()) assert.ok(Math.abs((signal.re[at] as number) - value) < 1e-9);
});

test("the filter learns a delay and a loudness", () => {
  const filter = new AdaptiveFilter();
  const noise = babble(BLOCK_SAMPLES * 200, 4).map((sample) => sample / 32_768);
  let block = filter.process(noise.subarray(0, BLOCK_SAMPLES), new Float64Array(BLOCK_SAMPLES), () => 0);
  for (let n = 2; n < 200; n++) {
    const from = n * BLOCK_SAMPLES;
    const heard = noise.subarray(from - 300, from - 300 + BLOCK_SAMPLES).map((sample) => sample / 2);
    block = filter.process(noise.subarray(from, from + BLOCK_SAMPLES), heard, () => 1);
  }
  assert.ok(block.left * 100 <= block.heard, `${block.left} of ${block.heard}`);
});
