import assert from "node:assert/strict";
import { test } from "node:test";
import { inRoom, takeAll } from "../../bench/embedded/clip.ts";
import type { Played } from "../../bench/embedded/play.ts";
import { KINDS, readSentences } from "../../bench/embedded/sentences.ts";
import type { Heard } from "../../bench/embedded/stage-watch.ts";
import { rowOf } from "../../bench/embedded/table.ts";
import { judge } from "../../bench/embedded/verdict.ts";
import { SAMPLE_RATE, type Voice } from "../../bench/embedded/voices.ts";
import { grammarFor } from "../../host-server/intent/grammar.ts";
import { deviceTools } from "../host-server/fixtures/device-tools.ts";

const sentences = readSentences();

const voice = (name: string): Voice => ({
  name,
  share: 1,
  speak: async (text) => Int16Array.from({ length: text.length * 600 }, (_, at) => 8_000 * Math.sin(at / 20)),
});

test("the list has a hundred sentences of every kind, and all that is meant is in the grammar", () => {
  assert.equal(sentences.length, 100);
  assert.deepEqual(new Set(sentences.map(({ kind }) => kind)), new Set(KINDS));
  const { understand } = grammarFor(deviceTools);
  for (const { meant } of sentences) if (meant !== "") assert.ok(understand(meant), meant);
  for (const { kind, parts } of sentences) if (kind === "other") assert.equal(understand(parts.join(" ")), undefined);
});

test("the same seed gives the same samples, another one others", async () => {
  const some = sentences.filter((_, at) => at % 9 === 0);
  const takes = async (seed: number) =>
    (await takeAll(some, [voice("a"), voice("b")], seed)).map((take) => inRoom(take, 20));
  assert.deepEqual(await takes(1), await takes(1));
  assert.notDeepEqual(await takes(1), await takes(2));
});

test("a pause lasts 300 to 700 ms, and the noise is as loud as it was asked for", async () => {
  const pause = sentences.filter(({ kind }) => kind === "pause").slice(0, 1);
  const [take] = await takeAll(pause, [voice("a")], 5);
  const speech = take!.clean.subarray(take!.speechStart, take!.speechEnd);
  const [longest] = speech.reduce(
    ([most, run], sample) => (sample === 0 ? [Math.max(most, run + 1), run + 1] : [most, 0]),
    [0, 0],
  ) as [number, number];
  assert.ok(longest >= 0.3 * SAMPLE_RATE - 50 && longest <= 0.7 * SAMPLE_RATE + 50, String(longest));
  const level = (pcm: Int16Array) => Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
  const noise = inRoom(take!, 20).pcm.subarray(0, take!.speechStart);
  const snr = 20 * Math.log10(level(speech) / level(noise));
  assert.ok(Math.abs(snr - 20) < 3, String(snr));
});

/** A clip that lasts from 1000 to 2000, and what was heard of it. */
function played(words: string, heard: readonly Partial<Heard>[], answeredAt?: number): Played {
  const sentence = sentences.find(({ parts }) => parts.join(" ") === words);
  assert.ok(sentence, words);
  const whole = { startedAt: 1_100, endedAt: 2_250, endedWall: 0, text: "", isUnclear: false, partials: [] };
  return {
    clip: {
      sentence,
      voice: sentence.kind === "nothing" ? "" : "a",
      pcm: new Int16Array(0),
      speechStart: 0,
      speechEnd: 0,
    },
    heard: heard.map((one) => ({ ...whole, ...one })),
    speechStart: 1_000,
    speechEnd: 2_000,
    answeredAt,
    computedMs: 10,
    tools: deviceTools,
  };
}

test("latency counts from the last sample to the first, with the computing; other words for the same are right", () => {
  const { latencyMs, endpointMs, isRight } = judge(
    played("set the volume to five", [{ text: "set volume to 5" }], 2_400),
  );
  assert.deepEqual({ latencyMs, endpointMs, isRight }, { latencyMs: 410, endpointMs: 250, isRight: true });
  assert.equal(judge(played("set the volume to five", [{ text: "set the volume to nine" }], 2_400)).isRight, false);
});

test("an end before the speaker's is a turn cut short, and has no latency", () => {
  const verdict = judge(played("set the volume to eighty", [{ text: "set the volume", endedAt: 1_500 }, {}], 1_700));
  assert.deepEqual([verdict.isCutShort, verdict.latencyMs, verdict.isRight], [true, undefined, false]);
});

test("a sound taken for speech is a false start, a sentence outside the grammar taken for a command is accepted", () => {
  const verdicts = [
    judge(played("cough", [{ isUnclear: true }], 2_500)),
    judge(played("hum", [{}])),
    judge(played("can you believe how tall he is now", [{ text: "how are you" }], 2_500)),
    judge(played("the bus was late again this morning", [{ isUnclear: true }], 2_500)),
  ];
  const row = rowOf("clean", verdicts);
  assert.deepEqual([row.false_starts, row.out_of_grammar, row.out_of_grammar_accepted], [1, 2, 1]);
});
