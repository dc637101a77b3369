import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoding } from "../../../host-server/providers/asr/decoding.ts";
import type { Recognised } from "../../../host-server/providers/asr/recogniser.ts";
import type { RecogniserJob } from "../../../host-server/providers/asr/soundswallower-worker.ts";

const grammar = { jsgf: "", words: [] };
const piece = new Int16Array(960);

/** A decoder that hears these words while they are spoken, and those at the end. */
function decoderOf(partials: readonly string[], ends: readonly Recognised[]) {
  const jobs: RecogniserJob[] = [];
  const answers = { begin: [], feed: partials.map((text) => ({ text, isUnclear: false })), end: [...ends], load: [] };
  const lane = {
    generation: 0,
    request: async (job: RecogniserJob): Promise<Recognised> => {
      jobs.push(job);
      return answers[job.kind].shift() ?? { text: "", isUnclear: false };
    },
    release: () => {},
  };
  return { decoding: new Decoding(lane, grammar), jobs };
}

const whole = (text: string, lastWordSeconds: number): Recognised => ({ text, isUnclear: false, lastWordSeconds });

/** 120 ms of silence. */
async function pause(decoding: Decoding): Promise<string> {
  return (await decoding.feed([], 1_920)).text;
}

test("a number that the decoder adds at the end was said by nobody", async () => {
  const { decoding } = decoderOf(["set the volume to"], [whole("set the volume to five", 0.3)]);
  await decoding.feed([piece], 960);
  assert.equal(await pause(decoding), "set the volume to");
  assert.equal((await decoding.end()).text, "set the volume to");
});

test("a short word at the end waits for more, and counts when nothing follows", async () => {
  const { decoding } = decoderOf(["turn the volume"], [whole("turn the volume up", 0.09)]);
  await decoding.feed([piece], 960);
  assert.equal(await pause(decoding), "turn the volume");
  assert.equal((await decoding.end()).text, "turn the volume up");
});

test("a last word that was known before the end counts in the first pause", async () => {
  const { decoding } = decoderOf(["turn it up by five"], [whole("turn it up by five", 0.2)]);
  await decoding.feed([piece], 960);
  assert.equal(await pause(decoding), "turn it up by five");
});

test("who goes on after a pause is decoded from the beginning", async () => {
  const ends = [whole("set the volume to eight", 0.1), whole("set the volume to eighty", 0.4)];
  const { decoding, jobs } = decoderOf(["set the volume to", "set the volume to eighty"], ends);
  await decoding.feed([piece, piece], 1_920);
  await pause(decoding);
  await decoding.feed([piece], 960);
  const fed = jobs.flatMap((job) => (job.kind === "feed" ? [job.pcm.length] : []));
  assert.deepEqual(fed, [1_920, 2_880]);
  assert.equal((await decoding.end()).text, "set the volume to eighty");
});
