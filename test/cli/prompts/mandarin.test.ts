import assert from "node:assert/strict";
import { test } from "node:test";
import { loadDecoder } from "../../../host-server/providers/asr/recogniser.ts";
import { promptSound } from "../../firmware/prompts/prompt-files.ts";
import { pitchOf } from "./pitch.ts";

// No recogniser of Mandarin runs here. Two things that a listener goes by can be measured: whether the sounds of a syllable
// are taken for the right one of ten by a recogniser of English, and whether its pitch moves as its tone says.

const RATE = 16_000;

/** Digits: tone, and the English phones that come near the syllable. */
const DIGITS: readonly (readonly [tone: 1 | 2 | 3 | 4, ...phones: string[]])[] = [
  [2, "L IY NG", "L IH NG"],
  [1, "Y IY", "IY"],
  [4, "AA R", "AO R", "ER"],
  [1, "S AA N", "S AE N"],
  [4, "S IH", "S AH", "S UH"],
  [3, "W UW", "UW"],
  [4, "L IY OW", "L Y UW"],
  [1, "CH IY"],
  [1, "B AA", "P AA"],
  [3, "JH IY OW", "JH UW"],
];

const wordOf = (digit: number) => `digit_${"abcdefghij"[digit]}`;

test("the sounds of Chinese digits are taken for the right one of ten, but er for ba", async () => {
  const decoder = await loadDecoder();
  DIGITS.forEach(([, ...ways], digit) => {
    const name = wordOf(digit);
    decoder.add_words(...ways.map((way, at): [string, string] => [at === 0 ? name : `${name}(${at + 1})`, way]));
  });
  const words = DIGITS.map((_, digit) => wordOf(digit)).join(" | ");
  decoder.set_grammar(`#JSGF V1.0;\ngrammar digits;\npublic <digit> = ${words};\n`);
  const pause = new Float32Array(RATE / 5);
  const taken = DIGITS.map((_, digit) => {
    decoder.start();
    const sound = Float32Array.from(promptSound(`zh/${digit}`, RATE), (sample) => sample / 32_768);
    for (const piece of [pause, sound, pause]) decoder.process_audio(piece, false, false);
    decoder.stop();
    return decoder.get_text().replace(/\(\d\)/, "");
  });
  const [er, ba] = [2, 8];
  assert.deepEqual(
    taken,
    DIGITS.map((_, digit) => wordOf(digit === er ? ba : digit)),
  );
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

for (const [digit, [tone]] of DIGITS.entries()) {
  test(`Chinese ${digit}: the pitch is that of tone ${tone}`, () => {
    const pitch = pitchOf(promptSound(`zh/${digit}`, RATE), RATE);
    const third = Math.ceil(pitch.length / 3);
    const rise = mean(pitch.slice(-third)) - mean(pitch.slice(0, third));
    const height = mean(pitch);
    const said = `height ${height.toFixed()} Hz, rise ${rise.toFixed()} Hz`;
    if (tone === 1) assert.ok(height > 98 && Math.abs(rise) < 6, `high and level: ${said}`);
    if (tone === 2) assert.ok(rise > 8, `rising: ${said}`);
    if (tone === 3) assert.ok(height < 91 && rise > 0 && rise < 8, `low: ${said}`);
    if (tone === 4) assert.ok(rise < -8, `falling: ${said}`);
  });
}
