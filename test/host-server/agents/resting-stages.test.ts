import assert from "node:assert/strict";
import { test } from "node:test";
import { OnDemand, RestingAsr, RestingTts, RestingVad } from "../../../host-server/agents/resting-stages.ts";
import type { Asr } from "../../../host-server/providers/asr.ts";
import type { Tts } from "../../../host-server/providers/tts.ts";
import type { Vad } from "../../../host-server/providers/vad.ts";
import { ManualClock } from "../../protocol/manual-clock.ts";
import { collect } from "../fixtures/collect.ts";

const HOUR_MS = 3_600_000;
const SIGNAL = new AbortController().signal;

/** Makes stages, and counts those that are open. */
function factory<Stage>(stage: Omit<Stage, "close">): { make: () => Stage; open: () => number; made: () => number } {
  let [made, closed] = [0, 0];
  const make = () => {
    made++;
    return { ...stage, close: async () => void closed++ } as Stage;
  };
  return { make, open: () => made - closed, made: () => made };
}

test("a voice that nobody uses is let go, and is there again for the next sentence", async () => {
  const clock = new ManualClock();
  const speech = { pcm: new Int16Array(1), sampleRate: 16_000 };
  const voices = factory<Tts>({
    async *speak() {
      yield speech;
      yield speech;
    },
  });
  const tts = new RestingTts(new OnDemand(voices.make, clock));
  const sentence = tts.speak("Once upon a time", SIGNAL)[Symbol.asyncIterator]();
  await sentence.next();
  clock.advance(HOUR_MS);
  assert.equal(voices.open(), 1, "a sentence that is being made keeps its voice");
  await sentence.return?.();
  clock.advance(HOUR_MS / 4);
  await collect(tts.speak("there was", SIGNAL));
  clock.advance(HOUR_MS / 4);
  assert.equal(voices.open(), 1, "it was used a quarter of an hour ago");
  clock.advance(HOUR_MS / 2);
  assert.equal(voices.open(), 0);
  assert.equal((await collect(tts.speak("a king", SIGNAL))).length, 2);
  assert.deepEqual([voices.open(), voices.made()], [1, 2]);
  await tts.close();
  assert.deepEqual([voices.open(), clock.pending], [0, 0]);
});

test("a recogniser stays while somebody speaks, a voice detector while a microphone is open", async () => {
  const clock = new ManualClock();
  const recognisers = factory<Asr>({
    async *transcribe() {
      yield { text: "hello", final: true };
    },
    async warmUp() {},
  });
  const asr = new RestingAsr(new OnDemand(recognisers.make, clock));
  const detectors = factory<Vad>({ open: () => ({ accept: () => 0.5, close() {} }) });
  const vad = new RestingVad(new OnDemand(detectors.make, clock));
  const [first, second] = [vad.open(), vad.open()];
  assert.equal(first.accept(new Int16Array(960)), 0.5);
  await asr.warmUp();
  assert.deepEqual(await collect(asr.transcribe((async function* () {})(), { tools: [] }, SIGNAL)), [
    { text: "hello", final: true },
  ]);
  first.close();
  first.close();
  clock.advance(HOUR_MS);
  assert.deepEqual([recognisers.open(), detectors.open()], [0, 1]);
  second.close();
  clock.advance(HOUR_MS);
  assert.equal(detectors.open(), 0);
  await Promise.all([asr.close(), vad.close()]);
});
