import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { textLines } from "../../../modules/ui/screen/text-lines.ts";

/** Chinese characters are as wide as two letters. */
const measure = { advance: (character: string) => (character > "⿿" ? 2 : 1) };
const width = (text: string) => [...text].reduce((sum, character) => sum + measure.advance(character), 0);

test("lines break at spaces and around Chinese characters; marks stay with what they follow", () => {
  assert.deepEqual(textLines("the quick brown fox", measure, 10), ["the quick", "brown fox"]);
  assert.deepEqual(textLines("今天天气很好，去公园", measure, 12), ["今天天气很好，", "去公园"]);
  assert.deepEqual(textLines("ok\nnext", measure, 10), ["ok", "next"]);
  assert.deepEqual(textLines("incomprehensible", measure, 6), ["incomp", "rehens", "ible"]);
  assert.deepEqual(textLines("", measure, 6), []);
});

test("any text: nothing but spaces is lost, and no line is wider than the screen but for a mark", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abc ，。今天xyz\n!?longer") });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (given, room) => {
      const lines = textLines(given, measure, room);
      assert.equal(lines.join("").replace(/\s/g, ""), given.replace(/\s/g, ""));
      for (const line of lines) {
        const marks = /[，。！？；：、）】》」』”’….,!?;:)\]}%\s]+$/.exec(line)?.[0] ?? "";
        assert.ok(width(line) - width(marks) <= room || [...line].length === 1, `${line} in ${room}`);
      }
    }),
    { numRuns: 500 },
  );
});
