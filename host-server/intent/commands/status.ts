import { type Command, type CommandSource, call, say } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { fieldIn, numberIn } from "../outcome.ts";
import { statusTool } from "./tools-by-name.ts";

/** A question about the device: its templates, and the sentence that answers it from the status, if the status can. */
interface StatusQuestion extends Pick<Command, "intent" | "sentences" | "example"> {
  /** What it asks about, for "I cannot tell …". */
  topic: string;
  answer(status: unknown): string | undefined;
}

const questions: readonly StatusQuestion[] = [
  {
    intent: "status-volume",
    sentences: ["(what is|what's) (the|your) [current] volume", "how loud (is it|are you)"],
    example: "what is the volume",
    topic: "the volume",
    answer: (status) => percentSentence("The volume is", numberIn(status, "audio_speaker", "volume")),
  },
  {
    intent: "status-brightness",
    sentences: ["(what is|what's) the [current] [screen] brightness", "how bright is the screen"],
    topic: "the brightness",
    answer: (status) => percentSentence("The brightness is", numberIn(status, "screen", "brightness")),
  },
  {
    intent: "status-theme",
    sentences: ["(what is|what's) the [current] theme"],
    topic: "the theme",
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
    topic: "the battery",
    answer: batterySentence,
  },
  {
    intent: "status-network",
    sentences: [
      "(what|which) network are you [connected] (on|to)",
      "are you (online|connected)",
      "how (is|good is) the (network|signal|connection)",
      "(what is|what's) the (network|signal) [status]",
    ],
    topic: "the network",
    answer: networkSentence,
  },
  {
    intent: "status-temperature",
    sentences: ["(what is|what's) your temperature", "how (hot|warm) are you"],
    topic: "the temperature",
    answer: (status) => {
      const degrees = numberIn(status, "chip", "temperature");
      return degrees === undefined ? undefined : `My chip has ${numberWords(Math.round(degrees))} degrees Celsius.`;
    },
  },
  {
    intent: "status-all",
    sentences: ["[what is|what's] (the|your) [device] status", "device status", "how is the device"],
    topic: "the status",
    answer: summary,
  },
];

/** Questions about the device's state. */
export const statusCommands: CommandSource = (tools) => {
  const tool = statusTool(tools);
  if (!tool) return [];
  return questions.map(({ topic, answer, ...command }) => ({
    ...command,
    next: ({ outcomes: [outcome] }) => {
      if (!outcome) return call(tool.name);
      if (!outcome.ok) return say(`I could not find out ${topic}: ${outcome.error}.`, "sad");
      return say(answer(outcome.value) ?? `This device does not report ${topic}.`);
    },
  }));
};

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
  const parts = questions
    .filter(({ intent }) => ["status-volume", "status-brightness", "status-battery", "status-network"].includes(intent))
    .flatMap(({ answer }) => answer(status) ?? []);
  return parts.length === 0 ? undefined : parts.join(" ");
}
