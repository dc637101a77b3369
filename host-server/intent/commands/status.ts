import { chineseNumber } from "../chinese-numbers.ts";
import { type Command, type CommandSource, call, sayIn } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { fieldIn, numberIn } from "../outcome.ts";
import { statusTool } from "./tools-by-name.ts";

/** A question about the device: its templates, and the sentence that answers it from the status, if the status can. */
interface StatusQuestion extends Pick<Command, "intent" | "sentences" | "chinese" | "example"> {
  /** What it asks about, for "I cannot tell …". */
  topic: string;
  chineseTopic: string;
  answer(status: unknown): string | undefined;
  chineseAnswer(status: unknown): string | undefined;
}

const questions: readonly StatusQuestion[] = [
  {
    intent: "status-volume",
    sentences: ["(what is|what's) (the|your) [current] volume", "how loud (is it|are you)"],
    example: "what is the volume",
    chinese: ["[现在] [的] (音量|声音) [是|有] (多少|多大)", "[现在] (声音|音量) (多|有多) 大"],
    topic: "the volume",
    chineseTopic: "音量",
    chineseAnswer: (status) => chinesePercent("音量", numberIn(status, "audio_speaker", "volume")),
    answer: (status) => percentSentence("The volume is", numberIn(status, "audio_speaker", "volume")),
  },
  {
    intent: "status-brightness",
    sentences: ["(what is|what's) the [current] [screen] brightness", "how bright is the screen"],
    chinese: ["[现在] [的] [屏幕] [的] 亮度 [是|有] (多少|多大)", "[现在] 屏幕 [有] 多亮"],
    topic: "the brightness",
    chineseTopic: "亮度",
    chineseAnswer: (status) => chinesePercent("亮度", numberIn(status, "screen", "brightness")),
    answer: (status) => percentSentence("The brightness is", numberIn(status, "screen", "brightness")),
  },
  {
    intent: "status-theme",
    sentences: ["(what is|what's) the [current] theme"],
    chinese: ["[现在] [的] 主题 是 (什么|哪个)"],
    topic: "the theme",
    chineseTopic: "主题",
    chineseAnswer: (status) => {
      const theme = fieldIn(status, "screen", "theme");
      return typeof theme === "string"
        ? `主题是${theme === "dark" ? "深色" : theme === "light" ? "浅色" : theme}。`
        : undefined;
    },
    answer: (status) => textSentence("The theme is", fieldIn(status, "screen", "theme")),
  },
  {
    intent: "status-battery",
    sentences: [
      "(what is|what's) (the|your) battery [level|status]",
      "how much battery [do you have|is] [left]",
      "battery (level|status)",
      "are you charging",
    ],
    example: "what is the battery level",
    chinese: [
      "[现在] [的] (电量|电池) [还] [有|剩|是] (多少|怎么样)",
      "还 (有|剩) 多少 电 [量]",
      "(在充电吗|充电了吗|有没有在充电)",
    ],
    topic: "the battery",
    chineseTopic: "电量",
    answer: batterySentence,
    chineseAnswer: (status) => {
      const level = chinesePercent("电量", numberIn(status, "battery", "level"));
      return level && fieldIn(status, "battery", "charging") === true ? level.replace("。", "，正在充电。") : level;
    },
  },
  {
    intent: "status-network",
    sentences: [
      "(what|which) network are you [connected] (on|to)",
      "are you (online|connected)",
      "how (is|good is) the (network|signal|connection)",
      "(what is|what's) the (network|signal) [status]",
    ],
    chinese: [
      "[现在] [连|连着|连接|用] [的] [是] (什么|哪个) 网络",
      "(网络|信号) (怎么样|好吗|如何)",
      "(联网了吗|连上网了吗|在线吗)",
    ],
    topic: "the network",
    chineseTopic: "网络",
    answer: networkSentence,
    chineseAnswer: (status) => {
      const name =
        fieldIn(status, "network", "ssid") ??
        fieldIn(status, "network", "carrier") ??
        fieldIn(status, "network", "type");
      return typeof name === "string" ? `现在连的是${name}。` : undefined;
    },
  },
  {
    intent: "status-temperature",
    sentences: ["(what is|what's) your temperature", "how (hot|warm) are you"],
    chinese: ["[你] [的] [芯片] 温度 [是] 多少", "你 (热不热|有多热|多热|热吗)"],
    topic: "the temperature",
    chineseTopic: "温度",
    chineseAnswer: (status) => {
      const degrees = numberIn(status, "chip", "temperature");
      return degrees === undefined ? undefined : `芯片温度是${chineseNumber(Math.round(degrees))}度。`;
    },
    answer: (status) => {
      const degrees = numberIn(status, "chip", "temperature");
      return degrees === undefined ? undefined : `My chip has ${numberWords(Math.round(degrees))} degrees Celsius.`;
    },
  },
  {
    intent: "status-all",
    sentences: ["[what is|what's] (the|your) [device] status", "device status", "how is the device"],
    chinese: ["[设备] [的] 状态 [怎么样|如何]"],
    topic: "the status",
    chineseTopic: "状态",
    answer: summary,
    chineseAnswer: (status) => summaryOf(({ chineseAnswer }) => chineseAnswer(status)),
  },
];

/** Questions about the device's state. */
export const statusCommands: CommandSource = (tools) => {
  const tool = statusTool(tools);
  if (!tool) return [];
  return questions.map(({ topic, chineseTopic, answer, chineseAnswer, ...command }) => ({
    ...command,
    next: ({ outcomes: [outcome], language }) => {
      if (!outcome) return call(tool.name);
      if (!outcome.ok) {
        const en = `I could not find out ${topic}: ${outcome.error}.`;
        return sayIn(language, { en, zh: `查不到${chineseTopic}：${outcome.error}。` }, "sad");
      }
      return sayIn(language, {
        en: answer(outcome.value) ?? `This device does not report ${topic}.`,
        zh: chineseAnswer(outcome.value) ?? `这个设备不报告${chineseTopic}。`,
      });
    },
  }));
};

function chinesePercent(topic: string, value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${topic}是百分之${chineseNumber(value)}。`;
}

function percentSentence(start: string, value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${start} ${numberWords(value)} percent.`;
}

function textSentence(start: string, value: unknown): string | undefined {
  return typeof value === "string" ? `${start} ${value}.` : undefined;
}

function batterySentence(status: unknown): string | undefined {
  const level = percentSentence("The battery is at", numberIn(status, "battery", "level"));
  if (level === undefined) return undefined;
  return fieldIn(status, "battery", "charging") === true ? level.replace(/\.$/, " and charging.") : level;
}

function networkSentence(status: unknown): string | undefined {
  const type = fieldIn(status, "network", "type");
  if (typeof type !== "string") return undefined;
  const name = fieldIn(status, "network", "ssid") ?? fieldIn(status, "network", "carrier");
  const signal = fieldIn(status, "network", "signal");
  const kind = type === "wifi" ? "Wi-Fi" : type;
  const where = typeof name === "string" && name !== "" ? `${kind} network ${name}` : `${kind} network`;
  return `I am on the ${where}${typeof signal === "string" ? ` with a ${signal} signal` : ""}.`;
}

function summary(status: unknown): string | undefined {
  return summaryOf(({ answer }) => answer(status));
}

function summaryOf(answerOf: (question: StatusQuestion) => string | undefined): string | undefined {
  const parts = questions
    .filter(({ intent }) => ["status-volume", "status-brightness", "status-battery", "status-network"].includes(intent))
    .flatMap((question) => answerOf(question) ?? []);
  return parts.length === 0 ? undefined : parts.join(" ");
}
