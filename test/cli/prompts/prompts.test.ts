import assert from "node:assert/strict";
import { test } from "node:test";
import { levelled, trimmed } from "../../../cli/prompts/level.ts";
import { encodePrompt } from "../../../cli/prompts/make-prompts.ts";
import { SPOKEN, TONES } from "../../../cli/prompts/plan.ts";
import { synthesizeTones } from "../../../cli/prompts/tones.ts";
import { opusKind } from "../../../host-server/audio/opus.ts";
import { Recogniser } from "../../../host-server/providers/asr/recogniser.ts";
import { opusPacketMs } from "../../../protocol/ogg/opus-packet.ts";
import { PROMPT_FILES, promptBytes, promptPackets, promptSound } from "../../firmware/prompts/prompt-files.ts";

const RATE = 16_000;
/** Wide-band speech in packets of 60 ms (RFC 6716 §3.1, table 2). */
const SILK_WIDE_60_MS = 11;

/** dB of full scale. */
function decibels(value: number): number {
  return 20 * Math.log10(value / 32_768);
}

test("every language says the same, and nothing lies there that is not made", () => {
  const planned = [
    ...Object.keys(TONES).map((name) => `tones/${name}`),
    ...SPOKEN.flatMap(({ folder, texts }) => Object.keys(texts).map((name) => `${folder}/${name}`)),
  ];
  assert.deepEqual(PROMPT_FILES, planned.sort());
  const [first, ...others] = SPOKEN.map(({ texts }) => Object.keys(texts).sort());
  for (const names of others) assert.deepEqual(names, first);
});

for (const name of PROMPT_FILES) {
  test(`${name}: a small file of speech packets, neither clipped nor faint, with no silence around it`, () => {
    const packets = promptPackets(name);
    assert.ok(packets.every((packet) => opusPacketMs(packet) === 60 && (packet[0] ?? 0) >> 3 === SILK_WIDE_60_MS));
    assert.ok(promptBytes(name).byteLength < 8192);
    const sound = promptSound(name, RATE);
    const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const loudness = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
    assert.ok(decibels(peak) < -1 && decibels(peak) > -16, `peak ${decibels(peak)} dB`);
    assert.ok(decibels(loudness) < -16 && decibels(loudness) > -26, `loudness ${decibels(loudness)} dB`);
    const ms = sound.length / (RATE / 1000);
    const isDigit = /\/\d$/.test(name);
    assert.ok(isDigit ? ms >= 240 && ms <= 800 : ms >= 600 && ms <= 4500, `${ms} ms`);
    const heard = (sample: number) => Math.abs(sample) > peak * 0.01;
    assert.ok(sound.findIndex(heard) < RATE / 10, "begins at once");
    assert.ok(sound.length - sound.findLastIndex(heard) < RATE / 6, "ends with its end");
  });
}

test("tones are made to the same bytes again", { skip: opusKind.kind !== "native" }, () => {
  for (const [name, notes] of Object.entries(TONES)) {
    assert.deepEqual(encodePrompt(synthesizeTones(notes, RATE)), Buffer.from(promptBytes(`tones/${name}`)), name);
  }
});

test("English digits are understood", async () => {
  const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const recogniser = await Recogniser.load();
  const jsgf = `#JSGF V1.0;\ngrammar digits;\npublic <digit> = ${words.join(" | ")};\n`;
  const understood = words.map((_, digit) => {
    const pause = new Int16Array(RATE / 5);
    recogniser.begin({ jsgf, words });
    for (const piece of [pause, promptSound(`en/${digit}`, RATE), pause]) recogniser.feed(piece);
    return recogniser.end().text;
  });
  assert.deepEqual(understood, words);
});

test("a sound loses its silence and gets the loudness of all others", () => {
  const sound = new Float64Array(RATE);
  for (let at = 4000; at < 8000; at++) sound[at] = 0.01 * Math.sin(at / 3);
  const part = trimmed(sound, RATE);
  assert.ok(part.length > 4000 && part.length < 5000);
  assert.equal(part[0], 0);
  const pcm = levelled(part);
  const loudness = Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
  assert.ok(Math.abs(decibels(loudness) + 20) < 0.1);
  const click = new Float64Array(RATE);
  click[100] = 1;
  assert.ok(decibels(Math.max(...levelled(click))) < -2.9, "a peak stays below full scale");
});
