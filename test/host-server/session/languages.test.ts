import assert from "node:assert/strict";
import { test } from "node:test";
import { shownText } from "../../../host-server/pipeline/text.ts";
import { ReplacementWords } from "../../../host-server/pipeline/words/replacement-words.ts";
import { createWorld } from "../fakes/world.ts";

interface Talk {
  readonly words: string;
  readonly answer: string;
  /** What the device shows, sentence by sentence. */
  readonly shown: readonly string[];
  /** What the voice is given. */
  readonly spoken: readonly string[];
  readonly emotion: string;
}

const REPLACED = ["AI|A I", "小智AI|小智人工智能", "GmbH|Gesellschaft", "東京|とうきょう"];

/** Two turns of a conversation in each language. */
const TALKS: Readonly<Record<string, readonly [Talk, Talk]>> = {
  Chinese: [
    {
      words: "今天多少度？",
      answer: "😆今天23.5度，湿度60%。小智AI觉得很舒服！要出门吗？",
      shown: ["今天23.5度", "湿度60%", "小智AI觉得很舒服", "要出门吗？"],
      spoken: ["今天23.5度，", "湿度60%。", "小智人工智能觉得很舒服！", "要出门吗？"],
      emotion: "laughing",
    },
    {
      words: "那明天呢？",
      answer: "😔明天3月5日会下雨；记得带伞。",
      shown: ["明天3月5日会下雨；", "记得带伞"],
      spoken: ["明天3月5日会下雨；", "记得带伞。"],
      emotion: "sad",
    },
  ],
  English: [
    {
      words: "What is pi?",
      answer: "🤔Pi is about 3.14, says Dr. AI of Main St. 5. It never ends!",
      shown: ["Pi is about 3.14", "says Dr. AI of Main St. 5", "It never ends"],
      spoken: ["Pi is about 3.14,", "says Dr. A I of Main St. 5.", "It never ends!"],
      emotion: "thinking",
    },
    {
      words: "Thanks, and the dollar?",
      answer: "🙂It is at 1,234.56 yen, up 3.5%! Ask again at 5:30 p.m. for more.",
      shown: ["It is at 1,234.56 yen", "up 3.5%", "Ask again at 5:30 p.m. for more"],
      spoken: ["It is at 1,234.56 yen,", "up 3.5%!", "Ask again at 5:30 p.m. for more."],
      emotion: "happy",
    },
  ],
  Japanese: [
    {
      words: "東京の天気は？",
      answer: "😎東京は晴れです。気温は28.5度、湿度は40％です！「暑いね」と言いたいですか？",
      shown: ["東京は晴れです", "気温は28.5度、湿度は40％です", "「暑いね」と言いたいですか？"],
      spoken: ["とうきょうは晴れです。", "気温は28.5度、湿度は40％です！", "「暑いね」と言いたいですか？"],
      emotion: "cool",
    },
    {
      words: "ありがとう。",
      answer: "😍どういたしまして！また10時30分に話しましょう。",
      shown: ["どういたしまして", "また10時30分に話しましょう"],
      spoken: ["どういたしまして！", "また10時30分に話しましょう。"],
      emotion: "loving",
    },
  ],
  German: [
    {
      words: "Was kostet das?",
      answer: "😉Das kostet 1.234,50 Euro, sagt die Müller GmbH. Am Freitag wird es günstiger!",
      shown: ["Das kostet 1.234,50 Euro", "sagt die Müller GmbH", "Am Freitag wird es günstiger"],
      spoken: ["Das kostet 1.234,50 Euro,", "sagt die Müller Gesellschaft.", "Am Freitag wird es günstiger!"],
      emotion: "winking",
    },
    {
      words: "Und morgen?",
      answer: "😲Am 3. Mai, ca. 8:30 Uhr, kostet es z. B. 12,50 € weniger. Soll die AI GmbH liefern?",
      shown: ["Am 3. Mai, ca. 8:30 Uhr", "kostet es z. B. 12,50 € weniger", "Soll die AI GmbH liefern?"],
      spoken: ["Am 3. Mai, ca. 8:30 Uhr,", "kostet es z. B. 12,50 € weniger.", "Soll die A I Gesellschaft liefern?"],
      emotion: "surprised",
    },
  ],
};

for (const [language, talks] of Object.entries(TALKS)) {
  test(`${language}: sentences, numbers, faces and replaced words are right in both turns`, async () => {
    const said: string[] = [];
    const rounds = talks.map(({ answer }) => answer);
    const script = { rounds, onSpeak: (text: string) => void said.push(text), msPerCharacter: 20 };
    const world = createWorld(script, { XIAOZHI_REPLACEMENT_WORDS: JSON.stringify(REPLACED) });
    const device = await world.connect();
    for (const { words, shown, spoken, emotion } of talks) {
      const [before, saidBefore] = [device.received.length, said.length];
      device.detect(words);
      await world.clock.advance(20_000);
      assert.deepEqual(said.slice(saidBefore), spoken);
      const messages = device.received.slice(before).flatMap(({ message }) => (message ? [message] : []));
      assert.equal(messages.find(({ type }) => type === "stt")?.["text"], shownText(words));
      assert.deepEqual(
        messages.filter(({ state }) => state === "sentence_start").map(({ text }) => text),
        shown,
      );
      assert.equal(messages.find(({ type }) => type === "llm")?.["emotion"], emotion);
    }
    const [first, second] = talks;
    const told = world.stages.asked[1]?.messages.slice(1).map(({ role, content }) => `${role}: ${content}`);
    assert.deepEqual(
      [told?.[0], told?.at(-1)],
      [`user: ${first.words}`, `user: ${second.words}`],
      "the second turn follows the first",
    );
    await world.server.stop();
  });
}

test("the longest word counts, and a word of letters is not found within another", () => {
  const words = new ReplacementWords(["AI|A I", "AIR | air force", "a.b|dot", "|nothing"]);
  assert.equal(words.replace("AI, AIR, FAIR, 小AI好, a.b axb"), "A I, air force, FAIR, 小A I好, dot axb");
  assert.equal(new ReplacementWords([]).replace("AI"), "AI");
});
