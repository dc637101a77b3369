import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { balancedLines, shortened, textLines } from "../../../modules/ui/screen/text-lines.ts";

/** Chinese characters are as wide as two letters. */
const measure = { advance: (character: string) => (character > "⿿" ? 2 : 1) };
const width = (text: string) => [...text].reduce((sum, character) => sum + measure.advance(character), 0);

test("lines break at spaces and around Chinese characters; marks stay with what they follow", () => {
  assert.deepEqual(textLines("the quick brown fox", measure, 10), ["the quick", "brown fox"]);
  assert.deepEqual(textLines("今天天气很好，去公园", measure, 12), ["今天天气很好，", "去公园"]);
  assert.deepEqual(textLines("ok\nnext", measure, 10), ["ok", "next"]);
  assert.deepEqual(textLines("incomprehensible", measure, 6), ["incomp", "rehens", "ible"]);
  assert.deepEqual(textLines("xiaozhi.example", measure, 12), ["xiaozhi.", "example"]);
  assert.deepEqual(textLines("", measure, 6), []);
});

test("balanced lines leave no character alone, and are as many", () => {
  assert.deepEqual(textLines("正在升级，请勿断电", measure, 16), ["正在升级，请勿断", "电"]);
  assert.deepEqual(balancedLines("正在升级，请勿断电", measure, 16), ["正在升级，", "请勿断电"]);
  assert.deepEqual(balancedLines("one line", measure, 16), ["one line"]);
});

test("what is too long for its place ends with dots behind a whole character", () => {
  assert.equal(shortened("Joining Home", measure, 12), "Joining Home");
  assert.equal(shortened("Joining Home & Garden", measure, 16), "Joining Home...");
  assert.equal(shortened("连接 咖啡馆", measure, 9), "连接...");
  assert.equal(shortened("🦊🦊🦊", measure, 5), "🦊...");
  assert.equal(shortened("Home", measure, 2), "...");
});

test("any text: nothing but spaces is lost, and no line is wider than the screen but for a mark", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abc ，。今天xyz\n!?longer") });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), fc.boolean(), (given, room, isBalanced) => {
      const lines = (isBalanced ? balancedLines : textLines)(given, measure, room);
      assert.equal(lines.join("").replace(/\s/g, ""), given.replace(/\s/g, ""));
      for (const line of lines) {
        const marks = /[，。！？；：、）】》」』”’….,!?;:)\]}%\s]+$/.exec(line)?.[0] ?? "";
        assert.ok(width(line) - width(marks) <= room || [...line].length === 1, `${line} in ${room}`);
      }
    }),
    { numRuns: 500 },
  );
});
