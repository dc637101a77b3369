import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SentenceCutter } from "../../../host-server/pipeline/sentences.ts";

/** The sentences of a text that comes in pieces of `size` characters. */
function cut(text: string, size = 1): string[] {
  const cutter = new SentenceCutter();
  const sentences: string[] = [];
  for (let at = 0; at < text.length; at += size) sentences.push(...cutter.push(text.slice(at, at + size)));
  return [...sentences, ...cutter.end()];
}

const CASES: readonly (readonly [text: string, sentences: readonly string[]])[] = [
  ["你好呀！今天天气很好。", ["你好呀！", "今天天气很好。"]],
  ["It is done. What next?", ["It is done.", "What next?"]],
  ["It costs 3.50 euros. Really!", ["It costs 3.50 euros.", "Really!"]],
  ["Version 1.2.3 is out.", ["Version 1.2.3 is out."]],
  ["Dr. Smith met Mrs. Jones at 5 p.m. today. Fine.", ["Dr. Smith met Mrs. Jones at 5 p.m. today.", "Fine."]],
  [
    "J. R. R. Tolkien wrote it. I did not, nor did I. You?",
    ["J. R. R. Tolkien wrote it.", "I did not, nor did I.", "You?"],
  ],
  ["No. I cannot.", ["No.", "I cannot."]],
  ["It is 10:30 now.", ["It is 10:30 now."]],
  ['He said "Stop!" and left. OK.', ['He said "Stop!"', "and left.", "OK."]],
  ["What?! No...\nYes", ["What?!", "No...", "Yes"]],
  ["See example.com for more. Bye.", ["See example.com for more.", "Bye."]],
  ["今天很好，明天也很好，后天不好。", ["今天很好，", "明天也很好，后天不好。"]],
  ["1. Apples\n2. Pears", ["1. Apples", "2. Pears"]],
  ["The volume is now eighty percent.", ["The volume is now eighty percent."]],
  ["", []],
  ["  \n ", []],
];

for (const [text, sentences] of CASES) {
  test(`cuts ${JSON.stringify(text)}`, () => {
    for (const size of [1, 3, 1000]) assert.deepEqual(cut(text, size), sentences, `in pieces of ${size}`);
  });
}

test("a sentence comes out as soon as it is complete", () => {
  const cutter = new SentenceCutter();
  assert.deepEqual(cutter.push("你好呀！"), ["你好呀！"]);
  assert.deepEqual(cutter.push("It is 3."), []);
  assert.deepEqual(cutter.push("5 now. "), ["It is 3.5 now."]);
});

test("a text without marks is cut at a space before it becomes long", () => {
  const sentences = cut("word ".repeat(200), 7);
  assert.ok(sentences.length > 3);
  assert.ok(sentences.every((sentence) => sentence.length <= 240 && !sentence.startsWith(" ")));
});

test("nothing but space is lost, whatever the text and its pieces", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("。", ". ", "!", "，", "3.5", "Mr. ", "\n", " "),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const cutter = new SentenceCutter();
      const sentences = [...pieces.flatMap((text) => cutter.push(text)), ...cutter.end()];
      assert.equal(sentences.join("").replace(/\s/g, ""), pieces.join("").replace(/\s/g, ""));
      assert.ok(sentences.every((sentence) => sentence.trim() !== ""));
    }),
  );
});
