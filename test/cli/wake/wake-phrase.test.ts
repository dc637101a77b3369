import assert from "node:assert/strict";
import { test } from "node:test";
import { spelledForVoice, WakePhraseError, waysToSpeak, wordsOfPhrase } from "../../../cli/wake/wake-phrase.ts";

const DICTIONARY: { readonly [word: string]: string } = { hey: "HH EY", computer: "K AH M P Y UW T ER", ai: "EY AY" };
const lookup = (word: string) => DICTIONARY[word] ?? null;

test("a phrase is words of letters, and not too few", () => {
  assert.deepEqual(wordsOfPhrase("  Hey Computer "), ["hey", "computer"]);
  for (const wrong of ["", "hey", "hi you", "hey 4 eyes computer", "你好小智", "hi; <any>"]) {
    assert.throws(() => wordsOfPhrase(wrong), WakePhraseError, wrong);
  }
});

test("words are spoken as the dictionary says, else as pinyin, else by the rules of English", () => {
  assert.deepEqual(waysToSpeak("computer", lookup), ["K AH M P Y UW T ER"]);
  assert.deepEqual(waysToSpeak("ai", lookup), ["EY AY"], "the dictionary comes first");
  assert.deepEqual(waysToSpeak("xiaozhi", lookup), ["SH AW JH ER", "SH AW JH IY"]);
  assert.deepEqual(waysToSpeak("nihao", lookup), ["N IY HH AW"]);
  assert.deepEqual(waysToSpeak("botta", lookup), ["B AA T AE"]);
  assert.throws(() => waysToSpeak("ñ", lookup), WakePhraseError);
});

test("a voice is given pinyin as it reads English", () => {
  assert.equal(spelledForVoice("Hi XiaoZhi"), "hi shao jer");
  assert.equal(spelledForVoice("ni hao xiao zhi"), "nee how shao jer");
  assert.equal(spelledForVoice("hey computer"), "hey computer");
});
