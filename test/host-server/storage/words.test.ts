import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { phrasesOf, wordsOf } from "../../../host-server/storage/search/words.ts";

test("words are small, and Chinese is pairs", () => {
  assert.deepEqual(wordsOf("Turn ON the ｌａｍｐ-2!"), ["turn", "on", "the", "lamp", "2"]);
  assert.deepEqual(wordsOf("天气好ok"), ["天气", "气好", "好", "ok"]);
  assert.deepEqual(wordsOf(""), []);
});

test("a question is phrases", () => {
  assert.deepEqual(phrasesOf("天气 lam"), [
    { words: ["天气"], isOpen: false },
    { words: ["lam"], isOpen: true },
  ]);
  assert.deepEqual(phrasesOf("好"), [{ words: ["好"], isOpen: true }]);
  assert.deepEqual(phrasesOf("?!"), []);
});

test("any piece of a Chinese text is a phrase of it", () => {
  const character = fc.constantFrom(..."今天气很好吗我们去公园ー々かなカ");
  const run = fc.array(character, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(run, fc.nat(), fc.nat(), (characters, from, length) => {
      const start = from % characters.length;
      const piece = characters.slice(start, start + 1 + (length % (characters.length - start)));
      const words = wordsOf(characters.join(""));
      const [phrase] = phrasesOf(piece.join(""));
      assert.ok(phrase);
      const fits = (word: string, at: number, all: readonly string[]) =>
        phrase.isOpen && at === all.length - 1
          ? (other?: string) => other?.startsWith(word)
          : (other?: string) => other === word;
      const isAt = words.some((_, at) => phrase.words.every((word, n, all) => fits(word, n, all)(words[at + n])));
      assert.ok(isAt, `${piece.join("")} in ${words.join(" ")}`);
    }),
  );
});

test("words have no spaces, quotes or other signs, whatever the text", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(0x3fff), fc.nat(0x10ffff)), { maxLength: 60 }), (points) => {
      const text = String.fromCodePoint(...points);
      for (const word of wordsOf(text)) assert.match(word, /^[\p{L}\p{N}\p{M}]+$/u);
      for (const { words } of phrasesOf(text)) assert.ok(words.length > 0);
    }),
  );
});
