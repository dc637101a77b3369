import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplacementWords } from "../../../host-server/pipeline/words/replacement-words.ts";
import { createWorld } from "../fakes/world.ts";

interface Talk {
  readonly language: string;
  readonly words: string;
  readonly answer: string;
  /** What the device shows, sentence by sentence. */
  readonly shown: readonly string[];
  /** What the voice is given. */
  readonly spoken: readonly string[];
  readonly emotion: string;
}

const REPLACED = ["AI|A I", "小智AI|小智人工智能", "GmbH|Gesellschaft", "東京|とうきょう"];

const TALKS: readonly Talk[] = [
  {
    language: "Chinese",
    words: "今天多少度？",
    answer: "😆今天23.5度，湿度60%。小智AI觉得很舒服！要出门吗？",
    shown: ["今天23.5度", "湿度60%", "小智AI觉得很舒服", "要出门吗？"],
    spoken: ["今天23.5度，", "湿度60%。", "小智人工智能觉得很舒服！", "要出门吗？"],
    emotion: "laughing",
  },
  {
    language: "Chinese, again",
    words: "那明天呢？",
    answer: "😔明天3月5日会下雨；记得带伞。",
    shown: ["明天3月5日会下雨；", "记得带伞"],
    spoken: ["明天3月5日会下雨；", "记得带伞。"],
    emotion: "sad",
  },
  {
    language: "English",
    words: "What is pi?",
    answer: "🤔Pi is about 3.14, says Dr. AI of Main St. 5. It never ends!",
    shown: ["Pi is about 3.14", "says Dr. AI of Main St. 5", "It never ends"],
    spoken: ["Pi is about 3.14,", "says Dr. A I of Main St. 5.", "It never ends!"],
    emotion: "thinking",
  },
  {
    language: "Japanese",
    words: "東京の天気は？",
    answer: "😎東京は晴れです。気温は28.5度、湿度は40％です！「暑いね」と言いたいですか？",
    shown: ["東京は晴れです", "気温は28.5度、湿度は40％です", "「暑いね」と言いたいですか？"],
    spoken: ["とうきょうは晴れです。", "気温は28.5度、湿度は40％です！", "「暑いね」と言いたいですか？"],
    emotion: "cool",
  },
  {
    language: "Japanese, again",
    words: "ありがとう。",
    answer: "😍どういたしまして！また10時30分に話しましょう。",
    shown: ["どういたしまして", "また10時30分に話しましょう"],
    spoken: ["どういたしまして！", "また10時30分に話しましょう。"],
    emotion: "loving",
  },
  {
    language: "German",
    words: "Was kostet das?",
    answer: "😉Das kostet 1.234,50 Euro, sagt die Müller GmbH. Am Freitag wird es günstiger!",
    shown: ["Das kostet 1.234,50 Euro", "sagt die Müller GmbH", "Am Freitag wird es günstiger"],
    spoken: ["Das kostet 1.234,50 Euro,", "sagt die Müller Gesellschaft.", "Am Freitag wird es günstiger!"],
    emotion: "winking",
  },
];

for (const { language, words, answer, shown, spoken, emotion } of TALKS) {
  test(`${language}: sentences, numbers, face and replaced words are right`, async () => {
    const said: string[] = [];
    const script = { rounds: [answer], onSpeak: (text: string) => void said.push(text), msPerCharacter: 20 };
    const world = createWorld(script, { XIAOZHI_REPLACEMENT_WORDS: JSON.stringify(REPLACED) });
    const device = await world.connect();
    device.detect(words);
    await world.clock.advance(20_000);
    assert.deepEqual(said, spoken);
    const messages = device.received.flatMap(({ message }) => (message ? [message] : []));
    assert.deepEqual(
      messages.filter(({ state }) => state === "sentence_start").map(({ text }) => text),
      shown,
    );
    assert.equal(messages.find(({ type }) => type === "llm")?.["emotion"], emotion);
  });
}

test("the longest word counts, and a word of letters is not found within another", () => {
  const words = new ReplacementWords(["AI|A I", "AIR | air force", "a.b|dot", "|nothing"]);
  assert.equal(words.replace("AI, AIR, FAIR, 小AI好, a.b axb"), "A I, air force, FAIR, 小A I好, dot axb");
  assert.equal(new ReplacementWords([]).replace("AI"), "AI");
});
