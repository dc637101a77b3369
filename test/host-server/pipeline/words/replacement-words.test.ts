import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ReplacementWords } from "../../../../host-server/pipeline/words/replacement-words.ts";

test("words are said as they are told, the longest first, each once", () => {
  const words = new ReplacementWords([
    "GPT|gee pee tee",
    "GPT-5|the fifth",
    "a|b",
    "b|a",
    "重庆|chóng qìng",
    "行|háng",
  ]);
  assert.equal(words.replace("GPT-5, GPT: a b 重庆行"), "the fifth, gee pee tee: b a chóng qìngháng");
  assert.equal(words.replace("GPTs, ab"), "GPTs, ab", "parts of longer words stay");
  assert.equal(new ReplacementWords([]).replace("nothing"), "nothing");
});

test("signs in words are no patterns", () => {
  const words = new ReplacementWords(["C++|C plus plus", "(1*2)|two", "[a-c]|$&", "a-b/c|d"]);
  assert.equal(words.replace("C++ (1*2) [a-c] a-b/c"), "C plus plus two $& d");
  const word = fc.string({ minLength: 1 }).filter((text) => !text.includes("|") && text.trim() === text);
  fc.assert(
    fc.property(word, (written) => assert.equal(new ReplacementWords([`${written}|said`]).replace(written), "said")),
  );
});
