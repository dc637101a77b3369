import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { Listener } from "../../../cli/listener.ts";
import { joinSamples } from "../../../host-server/audio/join.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { toJsgf } from "../../../host-server/intent/jsgf.ts";
import { englishPhones } from "../../../host-server/providers/asr/phones.ts";
import { pronounce } from "../../../host-server/providers/asr/pronunciation.ts";
import { soundswallower } from "../../../host-server/providers/asr/soundswallower.ts";
import type { ToolSpec } from "../../../host-server/providers/llm.ts";
import { type FliteVoice, synthesize } from "../../../host-server/providers/tts/flite-voice.ts";
import { collect } from "../fixtures/collect.ts";
import { deviceTools } from "../fixtures/device-tools.ts";
import { outOfGrammar } from "../fixtures/out-of-grammar.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const asr = soundswallower.create({ workers: 2 }, providerContext());
after(() => asr.close());

const never = new AbortController().signal;

/** A sentence between stretches of silence, in frames of 60 ms. */
async function* spoken(text: string, voice: FliteVoice): AsyncGenerator<Int16Array> {
  const { pcm } = await synthesize(text, voice);
  const sound = joinSamples([new Int16Array(8_000), pcm, new Int16Array(5_000)]).map((sample, at) => sample + (at % 7));
  for (let offset = 0; offset < sound.length; offset += 960) yield sound.subarray(offset, offset + 960);
}

/** Somebody who never stops talking; frames come one per turn of the event loop, as packets do. */
async function* endless(text: string): AsyncGenerator<Int16Array> {
  for (;;) {
    for await (const frame of spoken(text, "slt")) {
      await new Promise((resume) => setImmediate(resume));
      yield frame;
    }
  }
}

async function hear(text: string, voice: FliteVoice = "slt", tools: readonly ToolSpec[] = deviceTools) {
  const transcripts = await collect(asr.transcribe(spoken(text, voice), { tools }, never));
  const finals = transcripts.filter(({ final }) => final);
  assert.equal(finals.length, 1);
  assert.deepEqual(transcripts.at(-1), finals[0]);
  return { final: finals[0]!.text, partials: transcripts.slice(0, -1).map(({ text }) => text) };
}

test("commands in two voices are recognised word for word", async () => {
  const commands = [
    "set the volume to eighty",
    "set the brightness to thirty five percent",
    "what is the battery level",
    "turn off the lamp",
    "go forward",
    "what time is it",
    "goodbye",
  ];
  for (const voice of ["slt", "awb"] as const) {
    const said = voice === "slt" ? commands : commands.slice(0, 3);
    const heard = await Promise.all(said.map((command) => hear(`${command}.`, voice)));
    assert.deepEqual(
      heard.map(({ final }) => final),
      said,
      voice,
    );
  }
});

test("partial texts grow while the frames come", async () => {
  const { partials, final } = await hear("Set the brightness to seventy.");
  assert.ok(partials.length >= 3, partials.join(" | "));
  assert.ok(partials.some((text) => text.startsWith("set the brightness")));
  assert.equal(final, "set the brightness to seventy");
});

test("sentences outside the grammar are not turned into commands", async (context) => {
  // Each takes a second of a processor; all of them are in the slow tests.
  const some = outOfGrammar.filter((_, at) => at % 4 === 0);
  const heard = await Promise.all(some.map((sentence) => hear(sentence)));
  const rejected = heard.filter(({ final }) => final === "").length;
  context.diagnostic(`${rejected} of ${some.length} rejected`);
  assert.ok(rejected >= some.length - 1, `${rejected} of ${some.length} rejected`);
});

test("only what the device can do is recognised, one device after the other", async () => {
  const withoutWheels = deviceTools.filter(({ name }) => !name.includes("chassis"));
  assert.notEqual((await hear("Go forward.", "slt", withoutWheels)).final, "go forward");
  assert.equal((await hear("Go forward.", "slt", deviceTools)).final, "go forward");
});

test("a tool with a name that no dictionary has can be called", async () => {
  const tools = [{ name: "self_zorbinator_start", description: "Starts it.", inputSchema: { type: "object" } }];
  assert.equal((await hear("Start the zorbinator.", "slt", tools)).final, "start the zorbinator");
});

test("more talkers than decoders are all heard", async () => {
  const commands = ["dim the screen", "turn on the lamp", "what time is it", "turn up the volume", "who are you"];
  const heard = await Promise.all(commands.map((command) => hear(command, "awb")));
  assert.equal(heard.filter(({ final }, at) => final === commands[at]).length >= 4, true, JSON.stringify(heard));
});

test("silence and nothing at all give an empty text", async () => {
  for (const frames of [[], [new Int16Array(960)], Array.from({ length: 30 }, () => new Int16Array(960).fill(3))]) {
    const source = (async function* () {
      yield* frames;
    })();
    const [transcript, ...more] = await collect(asr.transcribe(source, { tools: deviceTools }, never));
    assert.deepEqual([transcript, more], [{ text: "", final: true }, []]);
  }
});

test("an abort ends the utterance without a final text and frees the decoder", async () => {
  for (let round = 0; round < 4; round++) {
    const abort = new AbortController();
    for await (const { final } of asr.transcribe(
      endless("Set the volume to eighty."),
      { tools: deviceTools },
      abort.signal,
    )) {
      assert.equal(final, false);
      abort.abort();
    }
  }
  assert.equal((await hear("What time is it?")).final, "what time is it");
});

test("every word of the grammar has a pronunciation", async () => {
  const dictionary = await readFile(new URL("./model/en-us/dict.txt", import.meta.resolve("soundswallower")), "utf8");
  const phones = new Map(dictionary.split("\n").map((line) => line.split(/\s+(.*)/) as [string, string]));
  const { words } = toJsgf(grammarFor(deviceTools).sentences, englishPhones);
  assert.ok(words.length > 100);
  const missing = words.filter((word) => !phones.has(word));
  for (const word of missing) {
    const guess = pronounce(word, (part) => phones.get(part) ?? null);
    assert.ok(guess, word);
    for (const phone of guess.split(" ")) assert.ok(englishPhones.includes(phone), `${word}: ${phone}`);
  }
});

test("unknown words are made of known ones, else spelled", () => {
  const lookup = (word: string) => ({ un: "AH N", mute: "M Y UW T" })[word] ?? null;
  assert.equal(pronounce("unmute", lookup), "AH N M Y UW T");
  assert.equal(pronounce("zorb", lookup), "Z AO R B");
  assert.equal(pronounce("灯", lookup), undefined);
});

test("a spoken confirmation is recognised back, number and all", async () => {
  const listener = new Listener(["the volume is now {volume:0-100} percent"], systemClock);
  for (const [text, words] of [
    ["The volume is now eighty percent.", "the volume is now eighty percent"],
    ["The volume is now thirty percent.", "the volume is now thirty percent"],
  ] as const) {
    assert.equal(await listener.hear(await synthesize(text, "slt")), words);
  }
  await listener.close();
});
