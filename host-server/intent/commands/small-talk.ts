import { chineseNumber } from "../chinese-numbers.ts";
import { type Command, type CommandSource, call, sayIn } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { toolNamed } from "./tools-by-name.ts";

const talk: readonly Command[] = [
  {
    intent: "hello",
    isCourtesy: true,
    sentences: ["(hello|hi|hey) [there]", "good (morning|afternoon|evening)"],
    chinese: ["(你好|您好|你们好|喂|嗨|哈喽) [小智]", "(早|早上|上午|中午|下午|晚上) 好"],
    next: ({ language }) => sayIn(language, { en: "Hello! What can I do for you?", zh: "你好！要我做什么？" }, "happy"),
  },
  {
    intent: "thanks",
    isCourtesy: true,
    sentences: ["thank you [very much|so much]", "thanks [a lot]"],
    chinese: ["(谢谢|多谢|感谢|辛苦) [你|您|了|啦]"],
    next: ({ language }) => sayIn(language, { en: "You are welcome.", zh: "不客气。" }, "happy"),
  },
  {
    intent: "how-are-you",
    isCourtesy: true,
    sentences: ["how are you [today]"],
    chinese: ["(你|您) (好吗|怎么样|还好吗)"],
    next: ({ language }) => sayIn(language, { en: "I am fine, thank you.", zh: "我很好，谢谢。" }, "happy"),
  },
  {
    intent: "who-are-you",
    isCourtesy: true,
    sentences: ["who are you", "(what is|what's) your name"],
    example: "who are you",
    chinese: ["(你|您) 是 谁", "(你|您) 叫 (什么|啥) [名字|名]", "(介绍|自我介绍) [一下] [你自己|自己]"],
    next: ({ language }) =>
      sayIn(language, { en: "I am XiaoZhi, your voice assistant.", zh: "我是小智，你的语音助手。" }, "happy"),
  },
  {
    intent: "what-can-you-do",
    sentences: ["what can (you do|i say)", "help [me]"],
    example: "what can you do",
    chinese: [
      "(你|您) [都] (能|会|可以) (做|干|帮我做) [些] (什么|啥)",
      "(我) [都] (能|可以) (说|问) [些] (什么|啥)",
      "(帮助|帮忙|怎么用)",
    ],
    next: ({ examples, language }) =>
      sayIn(
        language,
        { en: `You can say, for example: ${spokenList(examples.slice(0, 4))}.`, zh: chineseHint },
        "happy",
      ),
  },
  {
    intent: "time",
    sentences: ["what time is it [now]", "(what is|what's) the time", "tell me the time"],
    example: "what time is it",
    chinese: ["[现在] [是] 几 点 [钟] [了]", "[现在] [是] 什么 时间 [了]", "[告诉我] [现在] [的] 时间"],
    next: ({ now, language }) => {
      const time = new Date(now);
      return sayIn(language, { en: `It is ${spokenTime(time)}.`, zh: `现在是${chineseTime(time)}。` });
    },
  },
  {
    intent: "date",
    sentences: ["what day is (it|today) [today]", "(what is|what's) the date [today]", "(what is|what's) today's date"],
    chinese: [
      "今天 [是] [几月] (几号|几日)",
      "今天 [是] (星期|周|礼拜) 几",
      "今天 [是] (什么|哪) [一] (日子|天|日期)",
      "[今天] [的] 日期",
    ],
    next: ({ now, language }) => {
      const date = (locale: string) => new Date(now).toLocaleDateString(locale, { dateStyle: "full" });
      return sayIn(language, { en: `Today is ${date("en-US")}.`, zh: `今天是${date("zh-CN")}。` });
    },
  },
];

/** What needs no tool, and the goodbye, which ends the conversation where a tool for that is present. */
export const smallTalk: CommandSource = (tools) => {
  const exit = toolNamed(tools, /^handle_exit_intent$/);
  const goodbye: Command = {
    intent: "goodbye",
    isCourtesy: true,
    sentences: ["(goodbye|good bye|bye [bye]|good night)", "see you [later|tomorrow|soon]", "that is all", "exit"],
    chinese: ["(再见|拜拜|再会|回见|晚安|退出|结束|没事了|不聊了) [了|啦] [小智]"],
    next: ({ outcomes: [outcome], language }) => {
      const goodbye = { en: "Goodbye!", zh: "再见！" };
      if (exit && !outcome) return call(exit.name, { say_goodbye: goodbye[language] });
      return sayIn(language, goodbye, "happy");
    },
  };
  return [...talk, goodbye];
};

/** Sentences to suggest in Chinese. */
export const chineseHint = "你可以说：把音量调到五十、大声一点、现在几点。";

function chineseTime(time: Date): string {
  const [hours, minutes] = [time.getHours(), time.getMinutes()];
  const half = hours < 12 ? "上午" : "下午";
  const spoken = `${half}${chineseNumber(hours > 12 ? hours - 12 : hours)}点`;
  if (minutes === 0) return `${spoken}整`;
  return `${spoken}${minutes < 10 ? "零" : ""}${chineseNumber(minutes)}分`;
}

/** Joins suggestions: `one, two, or three`. */
export function spokenList(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")}, or ${items.at(-1)}`;
}

function spokenTime(time: Date): string {
  const hours = time.getHours() % 12 === 0 ? 12 : time.getHours() % 12;
  const minutes = time.getMinutes();
  const half = time.getHours() < 12 ? "a.m." : "p.m.";
  if (minutes === 0) return `${numberWords(hours)} o'clock ${half}`.replace(/\.$/, "");
  const spoken = minutes < 10 ? `oh ${numberWords(minutes)}` : numberWords(minutes);
  return `${numberWords(hours)} ${spoken} ${half}`.replace(/\.$/, "");
}
