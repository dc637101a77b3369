import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PHRASES } from "../../../cli/fleet/model/phrases.ts";
import { LoudnessEar } from "../../../cli/fleet/world/loudness-ear.ts";
import { type SpokenPhrase, speakPhrases } from "../../../cli/fleet/world/spoken-phrases.ts";
import { createDecoder, createEncoder } from "../../../host-server/audio/opus.ts";

const FRAME = 960;
let phrases: SpokenPhrase[] = [];
before(async () => {
  phrases = await speakPhrases(PHRASES);
});

/** As a server hears it: coded, with silence around it. */
function throughCodec(pcm: Int16Array, silentFrames: number): Int16Array {
  const encoder = createEncoder({ sampleRate: 16_000, complexity: 0 });
  const decoder = createDecoder({ sampleRate: 16_000 });
  const whole = new Int16Array((Math.ceil(pcm.length / FRAME) + 2 * silentFrames) * FRAME);
  whole.set(pcm, silentFrames * FRAME + 123);
  const heard = new Int16Array(whole.length);
  for (let at = 0; at < whole.length; at += FRAME) {
    heard.set(decoder.decode(encoder.encode(whole.subarray(at, at + FRAME))), at);
  }
  encoder.close();
  decoder.close();
  return heard;
}

test("every phrase is told from the others after the codec; half of one, and silence, are none", () => {
  const ear = new LoudnessEar(phrases);
  for (const { words, pcm } of phrases) assert.equal(ear.recognise(throughCodec(pcm, 5)), words);
  assert.equal(ear.recognise(new Int16Array(16_000)), undefined);
  const [story] = phrases.filter(({ words }) => words.includes("story"));
  assert.ok(story);
  assert.notEqual(ear.recognise(story.pcm.subarray(0, story.pcm.length / 3)), story.words);
});
