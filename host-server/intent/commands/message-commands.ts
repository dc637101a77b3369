import type { ToolSpec } from "../../providers/llm.ts";
import type { Command, CommandSource, CommandState } from "../command.ts";
import type { Language } from "../language.ts";
import { fieldIn, isObject } from "../outcome.ts";
import { duration, TIME_UNITS, timeOfDay } from "./spoken-times.ts";
import { LANG, run, withTool } from "./tool-run.ts";

/** Commands that hold words of the user's own, which only text has: reminders, announcements, questions to documents. */
export const messageCommands: CommandSource = (tools) => [
  ...withTool(tools, /^list_reminders$/, reminderListCommands),
  ...withTool(tools, /^set_reminder$/, reminderCommands),
  ...withTool(tools, /^announce$/, announcementCommands),
  ...withTool(tools, /^search_knowledge$/, knowledgeCommands),
];

function reminderListCommands(tool: ToolSpec): Command[] {
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

const WHAT = "(to|that|about|of) {what:*}";

function reminderCommands(tool: ToolSpec): Command[] {
  const argsOf = (state: CommandState) => ({ text: state.texts?.["what"] ?? "", lang: LANG[state.language] });
  const later = TIME_UNITS.map((unit): Command => {
    const { english, chinese, seconds } = unit;
    const when = `in (a|an|{count:1-60}) (${english}|${english}s)`;
    return {
      intent: `remind-in-${english}s`,
      sentences: [],
      written: [`remind me ${when} [${WHAT}]`, `remind me ${WHAT} ${when}`],
      chinese: [`[过] {count:1-60} ${chinese} [之|以] 后 (提醒|叫) 我 [{what:*}]`],
      next: (state) => {
        const { count, en, zh } = duration(state, unit);
        return run(state, tool, { ...argsOf(state), seconds: count * seconds }, () => ({
          en: `I will remind you in ${en}.`,
          zh: `好的，${zh}后提醒你。`,
        }));
      },
    };
  });
  const when = "at {hour:0-23} [{minute:1-59}] [o'clock]";
  const atTime: Command = {
    intent: "remind-at",
    sentences: [],
    written: [`remind me ${when} [${WHAT}]`, `remind me ${WHAT} ${when}`],
    chinese: ["{hour:0-23} 点 [{minute:1-59} [分]] 提醒 我 [{what:*}]"],
    next: (state) => {
      const { time, en, zh } = timeOfDay(state);
      return run(state, tool, { ...argsOf(state), time }, () => ({
        en: `I will remind you at ${en}.`,
        zh: `好的，${zh}提醒你。`,
      }));
    },
  };
  return [...later, atTime];
}

function announcementCommands(tool: ToolSpec): Command[] {
  return [
    {
      intent: "announce",
      sentences: [],
      written: [
        "(tell|inform) (everyone|everybody) [that] {message:*}",
        "announce [that] {message:*} (to|in) the {place:*}",
        "announce [that] {message:*}",
        "tell the {place:*} that {message:*}",
      ],
      chinese: [
        "告诉 (大家|所有人|全家) {message:*}",
        "在 {place:*} (广播|播报|通知) {message:*}",
        "(广播|播报|通知) [大家|所有人|全家] {message:*}",
      ],
      next: (state) => {
        const { message = "", place } = state.texts ?? {};
        const args = { message, devices: place === undefined ? [] : [place] };
        return run(state, tool, args, ({ value }) => fateWords(fieldIn(value, "results")));
      },
    },
  ];
}

/** Who has heard it, and who has not. */
function fateWords(results: unknown): Readonly<Record<Language, string>> {
  const fates = Object.entries(isObject(results) ? results : {});
  const missed = fates.flatMap(([name, fate]) => (fate === "said" || fate === "waiting" ? [] : [name]));
  if (fates.length === 0) return { en: "There is nobody to tell.", zh: "没有可以通知的设备。" };
  if (missed.length === 0) return { en: "Done.", zh: "好的，已经通知了。" };
  return { en: `I could not reach ${missed.join(", ")}.`, zh: `没有联系到${missed.join("、")}。` };
}

/** Longest piece of a document that is read aloud. */
const MAX_READ = 400;

function knowledgeCommands(tool: ToolSpec): Command[] {
  return [
    {
      intent: "knowledge",
      sentences: [],
      written: [
        "what (do|does) (my|the) (documents|notes|document|manual) say about {question:*}",
        "(search|look) [for] {question:*} in (my|the) (documents|notes)",
        "look up {question:*}",
      ],
      chinese: [
        "在 (资料|文档|笔记) [里|中] (查|查找|找|搜索) [一下] {question:*}",
        "(查|查找|搜索) [一下] (资料|文档|笔记) [里] [的] {question:*}",
      ],
      next: (state) =>
        run(state, tool, { question: state.texts?.["question"] ?? "" }, ({ value }) => passageWords(String(value))),
    },
  ];
}

/** The best passage, without the title that stands before it. */
function passageWords(found: string): Readonly<Record<Language, string>> {
  const [, passage] = /^\[[^\n]*\]\n([\s\S]+?)(?=\n\n\[|$)/.exec(found) ?? [];
  if (passage === undefined) return { en: "The documents say nothing about this.", zh: "资料里没有这方面的内容。" };
  const text = passage.replaceAll(/\s+/g, " ").slice(0, MAX_READ);
  return { en: text, zh: text };
}
