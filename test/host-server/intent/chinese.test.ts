import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chineseNumber } from "../../../host-server/intent/chinese-numbers.ts";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { numbersAt } from "../../../host-server/intent/numbers.ts";
import { parseTemplate, type TemplateNode } from "../../../host-server/intent/template.ts";
import { wordsOf } from "../../../host-server/intent/words.ts";
import { deviceTools } from "../fixtures/device-tools.ts";

const { commands, understand } = grammarFor(deviceTools);

function meaning(text: string): string | undefined {
  const understood = understand(text);
  if (!understood) return undefined;
  const values = Object.values(understood.slots);
  return [understood.command.intent, ...values].join(" ");
}

test("commands in Chinese are understood, with numbers in words and digits, and politely", () => {
  const expected: Record<string, readonly string[]> = {
    "volume-set 80": [
      "把音量调到八十",
      "音量调到80",
      "请帮我把声音调到百分之八十",
      "音量80%",
      "麻烦你把音量设为八十吧",
      "你能帮我把音量调到80吗？",
    ],
    "volume-set 100": ["音量调到一百", "把音量开到100%"],
    "volume-up": ["大声一点", "声音大一点", "把音量调大", "再大声点", "请大点声", "音量调高一点好吗"],
    "volume-up 20": ["音量调高20", "把音量调高百分之二十"],
    "volume-down": ["小声一点", "声音小点", "把音量调小一点", "降低音量"],
    "volume-mute": ["静音", "关掉声音", "把声音关掉"],
    "volume-unmute": ["取消静音", "打开声音"],
    "brightness-set 35": ["把屏幕亮度调到三十五", "亮度35", "请把亮度设置为百分之三十五"],
    "brightness-up": ["亮一点", "屏幕调亮", "把屏幕调亮一点"],
    "brightness-down": ["暗一点", "降低亮度"],
    "status-battery": ["电量还有多少", "还有多少电", "现在电量多少"],
    "status-volume": ["现在音量是多少", "音量多少"],
    "tool-lamp-turn-on": ["打开灯", "开灯", "帮我把灯打开", "请开一下灯"],
    "tool-lamp-turn-off": ["关灯", "把灯关掉", "关闭灯"],
    "tool-chassis-go-forward": ["前进", "往前走"],
    "tool-set-led-strip-level 5": ["把灯带亮度调到五", "灯带亮度5"],
    "theme-dark": ["切换到深色主题"],
    time: ["现在几点", "几点了", "请告诉我现在的时间"],
    date: ["今天几号", "今天星期几"],
    hello: ["你好", "早上好"],
    "who-are-you": ["你是谁？", "你叫什么名字"],
    goodbye: ["再见", "拜拜"],
  };
  for (const [intent, texts] of Object.entries(expected)) {
    for (const text of texts) assert.equal(meaning(text), intent, text);
  }
});

test("what is no command is refused, not guessed", () => {
  for (const text of [
    "把音量调到一百二十",
    "音量",
    "打开",
    "灯",
    "声音",
    "今天天气怎么样",
    "把音量调到八零",
    "不要开灯",
    "别把音量调大",
    "关灯和开灯",
  ]) {
    assert.equal(meaning(text), undefined, text);
  }
});

/** Any sentence that a template allows, with the values of its slots. */
function sentences(node: TemplateNode): fc.Arbitrary<{ text: string; slots: Record<string, number> }> {
  switch (node.kind) {
    case "word":
      return fc.constant({ text: node.word, slots: {} });
    case "slot":
      return fc.tuple(fc.integer({ min: node.from, max: node.to }), fc.boolean()).map(([value, inDigits]) => ({
        text: inDigits ? String(value) : chineseNumber(value),
        slots: { [node.name]: value },
      }));
    case "text":
      return fc.constantFrom({ text: "茉莉花", slots: {} });
    case "sequence":
      return fc.tuple(...node.parts.map(sentences)).map((parts) => ({
        text: parts.map(({ text }) => text).join(""),
        slots: Object.assign({}, ...parts.map(({ slots }) => slots)) as Record<string, number>,
      }));
    case "choice":
      return fc.oneof(...node.options.map(sentences));
    case "optional":
      return fc.oneof(sentences(node.part), fc.constant({ text: "", slots: {} }));
  }
}

test("every Chinese sentence of a command is understood with its values, by that command or one that means the same", () => {
  for (const command of commands) {
    for (const source of command.chinese ?? []) {
      fc.assert(
        fc.property(sentences(parseTemplate(source)), ({ text, slots }) => {
          fc.pre(wordsOf(text).length > 0);
          const understood = understand(text);
          assert.ok(understood, `${source}: ${text}`);
          assert.deepEqual(understood.slots, slots, `${source}: ${text}`);
        }),
        { numRuns: 30 },
      );
    }
  }
});

test("numbers are read back from what they are written as", () => {
  for (let value = 0; value < 1_000; value++) {
    const words = wordsOf(chineseNumber(value));
    assert.deepEqual(numbersAt(words, 0)[0], { value, end: words.length }, chineseNumber(value));
  }
  assert.deepEqual(numbersAt(["两", "百"], 0)[0], { value: 200, end: 2 });
});

test("whatever is written in Chinese, understanding it never throws", () => {
  const character = fc.constantFrom(..."把将音量声调到大小高低一二十百零八点请帮我开关灯亮度的是百分之%5 ".split(""));
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 30 }), (text) => void understand(text)),
    { numRuns: 500 },
  );
});
