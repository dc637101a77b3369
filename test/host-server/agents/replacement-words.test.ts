import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseReplacements, replaceWords } from "../../../host-server/agents/replacement-words.ts";

test("words are said as they are told, the longest first, each once", () => {
  const words = parseReplacements(["GPT|gee pee tee", "GPT-5|the fifth", "a|b", "b|a", "重庆|chóng qìng", "x|"]);
  assert.equal(replaceWords("GPT-5, GPT: ab 重庆x", words), "the fifth, gee pee tee: ba chóng qìng");
  assert.equal(replaceWords("nothing", []), "nothing");
});

test("signs in words are no patterns", () => {
  assert.equal(
    replaceWords("C++ (1*2) [a-c]", parseReplacements(["C++|C plus plus", "(1*2)|two", "[a-c]|$&"])),
    "C plus plus two $&",
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (word, text) => {
      const once = replaceWords(`${text}${word}`, [[word, "\u0000"]]);
      assert.ok(!once.includes(word) || word === "\u0000");
    }),
  );
});
