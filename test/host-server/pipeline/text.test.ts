import assert from "node:assert/strict";
import { test } from "node:test";
import { emotionNamed, emotionOf } from "../../../host-server/pipeline/emotion.ts";
import { shownText, spokenText } from "../../../host-server/pipeline/text.ts";

test("shown text keeps question marks and drops emoji and punctuation at its ends", () => {
  assert.equal(shownText("，你想去哪里呢？ 😀"), "你想去哪里呢？");
  assert.equal(shownText("“你好呀！”"), "你好呀");
  assert.equal(shownText("one\ntwo."), "one two");
  assert.equal(shownText("-5 degrees."), "-5 degrees");
  assert.equal(shownText("👨‍👩‍👧 3️⃣ 🇨🇳"), "3");
  assert.equal(shownText("!!!"), "");
});

test("spoken text has neither emoji nor Markdown, and is empty when nothing can be said", () => {
  assert.equal(spokenText("**Hello** `you` 🙂"), "Hello you");
  assert.equal(spokenText("- see [the page](http://x.y/z)"), "see the page");
  assert.equal(spokenText("# Title"), "Title");
  assert.equal(spokenText("snake_case stays"), "snake_case stays");
  assert.equal(spokenText("-5 degrees"), "-5 degrees");
  assert.equal(spokenText("😀 … !"), "");
});

test("the face is that of the first known emoji, else happy", () => {
  assert.deepEqual(emotionOf("x😎😭"), { emoji: "😎", emotion: "cool" });
  assert.deepEqual(emotionOf("x🚀"), { emoji: "🙂", emotion: "happy" });
  assert.deepEqual(emotionNamed("thinking"), { emoji: "🤔", emotion: "thinking" });
});
