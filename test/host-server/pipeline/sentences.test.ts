import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SentenceCutter } from "../../../host-server/pipeline/sentences.ts";

/** The sentences of a text that comes in pieces of `size` characters. */
function cut(text: string, size = 1): string[] {
  const cutter = new SentenceCutter();
  const sentences: string[] = [];
  for (let at = 0; at < text.length; at += size) sentences.push(...cutter.push(text.slice(at, at + size)));
  sentences.push(...cutter.end());
  assert.ok(text.startsWith(sentences.join("")), "joined they are the text");
  return sentences.map((sentence) => sentence.trim());
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
  ['He said "Stop!" and left. OK.', ['He said "Stop!" and left.', "OK."]],
  ['He said "Stop!" Then he left.', ['He said "Stop!"', "Then he left."]],
  ["现在是10：30。再见！", ["现在是10：30。", "再见！"]],
  ["气温3.5度，湿度60%，很舒服。", ["气温3.5度，", "湿度60%，很舒服。"]],
  ["嗯……好的。", ["嗯……", "好的。"]],
  ["Wait… what? No!", ["Wait…", "what?", "No!"]],
  ["See https://example.com/a?b=1.5;c=2. Bye.", ["See https://example.com/a?b=1.5;c=2.", "Bye."]],
  ["Take fruit, e.g. apples, i.e. food. Yes.", ["Take fruit, e.g. apples,", "i.e. food.", "Yes."]],
  [
    "Bus No. 5 leaves at 7:05 a.m. from here. No. Never.",
    ["Bus No. 5 leaves at 7:05 a.m. from here.", "No.", "Never."],
  ],
  ["It weighs 1,250.75 kg, give or take. Right", ["It weighs 1,250.75 kg,", "give or take.", "Right"]],
  ["Of course, here it is: a joke about cats. Ha!", ["Of course, here it is:", "a joke about cats.", "Ha!"]],
  ["😀 Hello! 🎉🎉 Party. 👋", ["😀 Hello!", "🎉🎉 Party."]],
  ["-5 degrees. Minus -3.2 now.", ["-5 degrees.", "Minus -3.2 now."]],
  ["¿Qué tal? ¡Bien!", ["¿Qué tal?", "¡Bien!"]],
  ["... ?! --", []],
  ["What?! No...\nYes", ["What?!", "No...", "Yes"]],
  ["See example.com for more. Bye.", ["See example.com for more.", "Bye."]],
  ["今天很好，明天也很好，后天不好。", ["今天很好，", "明天也很好，后天不好。"]],
  ["1. Apples\n2. Pears", ["1. Apples", "2. Pears"]],
  ["Am 3. Mai um 8 Uhr. Ja.", ["Am 3. Mai um 8 Uhr.", "Ja."]],
  ["Der 2. Zug hält im 5. Stock, Nr. 7, ca. um 9. Gut.", ["Der 2. Zug hält im 5. Stock,", "Nr. 7, ca. um 9.", "Gut."]],
  ["You are 7. Mary is 12.", ["You are 7.", "Mary is 12."]],
  [
    "Obst, z.B. Äpfel, d. h. Essen usw. im Korb. Fertig.",
    ["Obst, z.B. Äpfel,", "d. h. Essen usw. im Korb.", "Fertig."],
  ],
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
  assert.ok(sentences.every((sentence) => sentence.length <= 240));
});

test("the sentences joined are the text, whatever the text and its pieces; each has something to speak", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "。",
      ". ",
      "!",
      "，",
      "3.5",
      "Mr. ",
      "\n",
      " ",
      "😀",
      "…",
      '"',
      "e.g. ",
      "No. ",
      "http://a.b/c. ",
      "x".repeat(300),
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const cutter = new SentenceCutter();
      const sentences = [...pieces.flatMap((text) => cutter.push(text)), ...cutter.end()];
      const text = pieces.join("");
      const spoken = sentences.join("");
      assert.ok(text.startsWith(spoken));
      assert.doesNotMatch(text.slice(spoken.length), /[\p{L}\p{N}]/u);
      for (const sentence of sentences) assert.match(sentence, /[\p{L}\p{N}]/u);
    }),
  );
});

test("how a text with spaces is cut does not depend on its pieces", () => {
  const words = ["Well, ", "good. ", "No. ", "5 ", "e.g. ", '"Stop!" ', "left ", "Then ", "3.5", "… ", "! ", "x", ": "];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words)), fc.integer({ min: 1, max: 9 }), (chosen, size) => {
      const text = chosen.join("");
      assert.deepEqual(cut(text, size), cut(text, text.length + 1));
    }),
  );
});

test("a text of nothing but marks does not grow for ever", () => {
  const cutter = new SentenceCutter();
  for (let n = 0; n < 2_000; n++) assert.deepEqual(cutter.push("!?…。".repeat(10)), []);
  assert.deepEqual([...cutter.push("Well. "), ...cutter.end()].length, 1);
});
