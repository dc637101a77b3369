import type { ToolSpec } from "../../providers/llm.ts";
import { type Command, type CommandSource, type CommandState, sayIn } from "../command.ts";
import type { Language } from "../language.ts";
import { fieldIn } from "../outcome.ts";
import { duration, TIME_UNITS, timeOfDay } from "./spoken-times.ts";
import { LANG, run, withTool } from "./tool-run.ts";

/** Commands for plugins of the server that make sense without a model, and for the timers of devices. */
export const pluginCommands: CommandSource = (tools) => [
  ...withTool(tools, /^get_weather$/, weatherCommands),
  ...withTool(tools, /^play_music$/, musicCommands),
  ...withTool(tools, /(^|_)timer_set$/, timerCommands),
];

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
    {
      intent: "weather-elsewhere",
      sentences: [],
      written: ["(what is|what's|how is|how's) the weather [like] in {place:*}"],
      next: (state) => {
        const args = { location: state.texts?.["place"] ?? "", lang: LANG[state.language] };
        return run(state, tool, args, ({ value }) => weatherWords(value, 0));
      },
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
      intent: "music-named",
      sentences: [],
      written: ["play {song:*}"],
      chinese: ["(播放|[我] 想听|放 [一] 首) {song:*}"],
      next: (state) => play(state.texts?.["song"] ?? "random")(state),
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
  const timers = TIME_UNITS.map((unit): Command => {
    const { english, chinese, seconds } = unit;
    return {
      intent: `timer-${english}s`,
      sentences: [],
      written: [`set a timer (for|to) {count:1-60} (${english}|${english}s)`],
      chinese: [
        `(设|设置|定|开) [一] [个] {count:1-60} ${chinese} [的] (计时器|定时器|倒计时|闹钟)`,
        `倒计时 {count:1-60} ${chinese}`,
      ],
      next: (state) => {
        const { count, en, zh } = duration(state, unit);
        return run(state, tool, { seconds: count * seconds }, () => ({
          en: `The timer rings in ${en}.`,
          zh: `好的，${zh}后响铃。`,
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
      const { time, en, zh } = timeOfDay(state);
      return run(state, tool, { time }, () => ({ en: `The alarm is set for ${en}.`, zh: `闹钟设在${zh}。` }));
    },
  };
}
