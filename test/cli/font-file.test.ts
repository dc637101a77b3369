import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FACES, lettersAndMarks, PICTURES, simplifiedChinese } from "../../cli/fonts/characters.ts";
import { encodeFont } from "../../cli/fonts/font-file.ts";

test("glyphs are sorted, and their ink is packed two pixels a byte, 15 for none", () => {
  const glyph = { left: -1, top: 3, width: 2, height: 2, advance: 9, ink: Uint8Array.of(15, 0, 1, 8) };
  const file = encodeFont({ lineHeight: 20, baseline: 15 }, [
    { ...glyph, codePoint: 0x1f642 },
    { ...glyph, codePoint: 0x41, ink: new Uint8Array(4) },
  ]);
  assert.equal(file.subarray(0, 4).toString("latin1"), "XZF1");
  assert.deepEqual([file.readUInt16LE(4), file.readUInt16LE(6), file.readUInt16LE(8)], [20, 15, 2]);
  assert.deepEqual([file.readUInt32LE(12), file.readUInt32LE(24)], [0x41, 0x1f642]);
  assert.deepEqual([file.readInt8(28), file.readInt8(29), file[30], file[31], file[32]], [-1, 3, 2, 2, 9]);
  const [letter, face] = [file.readUIntLE(21, 3), file.readUIntLE(33, 3)];
  assert.deepEqual([...file.subarray(letter)], [0xff, 0xff, 0x0f, 0xe7]);
  assert.equal(face, letter + 2);
});

test("the Chinese characters are those of GB/T 2312", () => {
  const characters = simplifiedChinese();
  assert.equal(new Set(characters).size, 6763);
  assert.deepEqual([characters[0], characters.at(-1)], ["啊", "齄"]);
});

for (const name of ["text-20", "text-16", "mono-16"]) {
  test(`${name} has every character that it is said to have, each with ink but the spaces`, () => {
    const file = readFileSync(new URL(`../../modules/ui/fonts/${name}.xzf`, import.meta.url));
    const glyphs = new Map<string, number>();
    for (let at = 12; at < 12 + file.readUInt16LE(8) * 12; at += 12) {
      glyphs.set(String.fromCodePoint(file.readUInt32LE(at)), (file[at + 6] as number) * (file[at + 7] as number));
    }
    const missing = [...lettersAndMarks(), ...simplifiedChinese()].filter((character) => !glyphs.has(character));
    assert.deepEqual(missing, []);
    const blank = [...glyphs].filter(([, pixels]) => pixels === 0).map(([character]) => character);
    assert.deepEqual(
      blank.filter((character) => !/[\s\u00ad]/.test(character)),
      [],
    );
  });
}

test("there is a face for each of the 21 emotions, and a picture for each alert", () => {
  const file = readFileSync(new URL("../../modules/ui/fonts/face-64.xzf", import.meta.url));
  const known = Array.from({ length: file.readUInt16LE(8) }, (_, at) => file.readUInt32LE(12 + at * 12));
  for (const character of [...Object.values(FACES), ...Object.values(PICTURES)]) {
    assert.ok(known.includes(character.codePointAt(0) as number), character);
  }
  assert.equal(Object.keys(FACES).length, 21);
});
