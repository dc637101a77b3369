import type { ToolSpec } from "../../providers/llm.ts";
import { chineseNumber } from "../chinese-numbers.ts";
import { type Command, type CommandSource, type CommandState, call, type Step, sayIn } from "../command.ts";
import type { Language } from "../language.ts";
import { numberWords } from "../numbers.ts";
import { fieldIn, isObject, type Outcome } from "../outcome.ts";
import { toolNamed } from "./tools-by-name.ts";

const LANG: Readonly<Record<Language, string>> = { en: "en_US", zh: "zh_CN" };
const UNITS = [
  { english: "second", chinese: "秒 [钟]", spoken: "秒", seconds: 1 },
  { english: "minute", chinese: "分 [钟]", spoken: "分钟", seconds: 60 },
  { english: "hour", chinese: "[个] (小时|钟头)", spoken: "小时", seconds: 3_600 },
] as const;

/** Commands for plugins of the server that make sense without a model, and for the timers of devices. */
export const pluginCommands: CommandSource = (tools) => [
  ...withTool(tools, /^get_weather$/, weatherCommands),
  ...withTool(tools, /^play_music$/, musicCommands),
  ...withTool(tools, /(^|_)timer_set$/, timerCommands),
  ...withTool(tools, /^list_reminders$/, reminderCommands),
];

function withTool(tools: readonly ToolSpec[], ending: RegExp, commands: (tool: ToolSpec) => Command[]): Command[] {
  const tool = toolNamed(tools, ending);
  return tool ? commands(tool) : [];
}

/** Calls the tool, then says what `done` makes of its result, or why it failed. */
function run(
  { outcomes: [outcome], language }: CommandState,
  tool: ToolSpec,
  args: Record<string, unknown>,
  done: (outcome: Outcome) => Readonly<Record<Language, string>>,
): Step {
  if (!outcome) return call(tool.name, args);
  if (outcome.ok) return sayIn(language, done(outcome), "happy");
  const { error } = outcome;
  return sayIn(language, { en: `That did not work: ${error}.`, zh: `没有成功：${error}。` }, "sad");
}

function weatherCommands(tool: ToolSpec): Command[] {
  const day = (index: number) => (state: CommandState) =>
    run(state, tool, { lang: LANG[state.language] }, ({ value }) => weatherWords(value, index));
  return [
    {
      intent: "weather",
      sentences: ["(what is|what's|how is|how's) the weather [like] [today|now]"],
      chinese: ["[今天|现在] [的] 天气 [是] (怎么样|怎样|如何|好吗)", "(查|看|查询) [一下] [今天] [的] 天气"],
      example: "what is the weather",
      next: day(0),
    },
    {
      intent: "weather-tomorrow",
      sentences: ["(what is|what's|how is|how's|what will) the weather [be] [like] tomorrow"],
      chinese: ["明天 [的] 天气 [是] (怎么样|怎样|如何|好吗)"],
      next: day(1),
    },
  ];
}

function weatherWords(value: unknown, index: number): Readonly<Record<Language, string>> {
  const days = fieldIn(value, "days");
  const [place, now] = [fieldIn(value, "place"), fieldIn(value, "now")];
  const day = fieldIn(Array.isArray(days) ? days[index] : undefined, "weather");
  if (index > 0) return { en: `Tomorrow in ${place}: ${day}.`, zh: `${place}明天${day}。` };
  return { en: `In ${place} now: ${now}. Today: ${day}.`, zh: `${place}现在${now}。今天${day}。` };
}

function musicCommands(tool: ToolSpec): Command[] {
  // The tool itself says what it plays.
  const play = (song_name: string) => (state: CommandState) =>
    run(state, tool, { song_name, lang: LANG[state.language] }, () => ({ en: "Done.", zh: "好的。" }));
  return [
    {
      intent: "music",
      sentences: ["play [me] (some music|music|a song|something)"],
      chinese: ["[播放|放|来|听] [一] [首|点|些] (音乐|歌|歌曲)", "(唱|放|来) [一] 首 歌"],
      example: "play some music",
      next: play("random"),
    },
    {
      intent: "music-next",
      sentences: ["[play] [the] next song"],
      chinese: ["[播放|放|听] 下 [一] (首|曲) [歌]", "换 [一] 首 [歌]"],
      next: play("next"),
    },
    {
      // Whoever speaks has interrupted it.
      intent: "music-stop",
      sentences: ["stop [the] (music|song)", "stop playing [music]"],
      chinese: ["[停止|停|关|关掉|关闭|别] (播放|放) [音乐|歌] [了]", "(停止|停|关|关掉|关闭) [播放] (音乐|歌) [了]"],
      next: ({ language }) => sayIn(language, { en: "Okay.", zh: "好的。" }),
    },
  ];
}

function timerCommands(tool: ToolSpec): Command[] {
  const timers = UNITS.map(({ english, chinese, spoken, seconds }): Command => {
    return {
      intent: `timer-${english}s`,
      sentences: [],
      written: [`set a timer (for|to) {count:1-60} (${english}|${english}s)`],
      chinese: [
        `(设|设置|定|开) [一] [个] {count:1-60} ${chinese} [的] (计时器|定时器|倒计时|闹钟)`,
        `倒计时 {count:1-60} ${chinese}`,
      ],
      next: (state) => {
        const count = state.slots["count"] ?? 1;
        const plural = count === 1 ? english : `${english}s`;
        return run(state, tool, { seconds: count * seconds }, () => ({
          en: `The timer rings in ${numberWords(count)} ${plural}.`,
          zh: `好的，${chineseNumber(count)}${spoken}后响铃。`,
        }));
      },
    };
  });
  return [...timers, alarmCommand(tool)];
}

function alarmCommand(tool: ToolSpec): Command {
  return {
    intent: "alarm",
    sentences: [],
    written: ["(set an alarm for|wake me [up] at) {hour:0-23} [{minute:1-59}] [o'clock]"],
    chinese: [
      "(设|设置|定) [一] [个] {hour:0-23} 点 [{minute:1-59} [分]] [的] 闹钟",
      "{hour:0-23} 点 [{minute:1-59} [分]] (叫|叫醒) 我 [起床]",
    ],
    next: (state) => {
      const { hour = 0, minute = 0 } = state.slots;
      const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      const words =
        minute === 0
          ? `${numberWords(hour)} o'clock`
          : `${numberWords(hour)} ${minute < 10 ? "oh " : ""}${numberWords(minute)}`;
      return run(state, tool, { time }, () => ({
        en: `The alarm is set for ${words}.`,
        zh: `闹钟设在${chineseNumber(hour)}点${minute === 0 ? "" : `${chineseNumber(minute)}分`}。`,
      }));
    },
  };
}

function reminderCommands(tool: ToolSpec): Command[] {
  return [
    {
      intent: "reminders",
      sentences: ["(what are my|list my|read my|list the) reminders", "what reminders (do i have|are there)"],
      chinese: ["[我] 有 (什么|哪些) 提醒", "(查看|列出|看看) [我] [的] 提醒"],
      next: (state) => run(state, tool, {}, ({ value }) => listWords(fieldIn(value, "reminders"))),
    },
  ];
}

function listWords(reminders: unknown): Readonly<Record<Language, string>> {
  const list = Array.isArray(reminders) ? reminders.filter(isObject) : [];
  if (list.length === 0) return { en: "There are no reminders.", zh: "没有提醒。" };
  const words = list.slice(0, 5).map(({ text, time }) => `${time} ${text}`.trim());
  return { en: `${words.join("; ")}.`, zh: `${words.join("；")}。` };
}
