import type { ToolSpec } from "../../providers/llm.ts";
import { chineseNumber } from "../chinese-numbers.ts";
import { type Command, type CommandSource, type CommandState, call, type Step, sayIn } from "../command.ts";
import { type NeededArgument, neededArguments, optionalNumber } from "../input-schema.ts";
import { numberWords } from "../numbers.ts";
import { isObject, type Outcome } from "../outcome.ts";
import { parseTemplate, plainestSentence } from "../template.ts";
import { wordsOf } from "../words.ts";
import { askingVerbs, chineseSentences, plainSentences, switchSentences } from "./tool-sentences.ts";
import { describedAs, inChinese, nameWords } from "./tool-words.ts";

const handled =
  /(^|_)(set_volume|screen_set_brightness|screen_set_theme|get_device_status|timer_set)$|^(handle_exit_intent|get_weather|play_music|announce|(set|list|cancel)_reminders?|get_news_from_\w+)$/;
/** Words of a name that say what is done, not to what. */
const settingVerbs = new Set("set change adjust move rotate switch control turn to select choose".split(" "));
const switchWords = new Set("power state status enabled enable on off".split(" "));

/**
 * Commands for tools that nobody described to us, made from the words of their names and descriptions: `self_lamp_turn_on`
 * is reached by "turn on the lamp" and "打开灯". Takes tools that need nothing, or one number, yes or no, or choice.
 */
export const namedToolCommands: CommandSource = (tools) =>
  tools.filter(({ name }) => !handled.test(name)).flatMap(commandsFor);

function commandsFor(tool: ToolSpec): Command[] {
  const words = nameWords(tool.name);
  const needed = neededArguments(tool.inputSchema);
  if (words.length === 0 || !needed || needed.length > 1) return [];
  const isEnglish = words.every((word) => /^[a-z]+$/.test(word));
  const [argument] = needed;
  // A recogniser for English cannot hear a name in another script.
  if (!argument && !isEnglish) return foreignCommands(tool, words);
  if (!argument) {
    const amount = optionalNumber(tool.inputSchema);
    const withAmount = amount && amountCommand(tool, words, amount);
    // Longer first: an amount that was said must not be lost to a default.
    return [...(withAmount ? [withAmount] : []), plainCommand(tool, words)];
  }
  const topic = words.filter((word) => !settingVerbs.has(word));
  if (!isEnglish || topic.length === 0) return [];
  switch (argument.kind) {
    case "number":
      return [
        amountCommand(tool, words, argument),
        words.some((word) => settingVerbs.has(word)) ? numberCommand(tool, topic, argument) : undefined,
      ].filter((command) => command !== undefined);
    case "boolean":
      return [true, false].flatMap((isOn) => switchCommand(tool, topic, argument.name, isOn) ?? []);
    case "choice":
      return argument.values.flatMap((value) => choiceCommand(tool, topic, argument.name, value) ?? []);
    case "other":
      return [];
  }
}

function plainCommand(tool: ToolSpec, words: readonly string[]): Command {
  const described = describedAs(tool.description);
  const isChinese = described !== undefined && /\p{Script=Han}/u.test(described);
  const sentences = plainSentences(words);
  const example = plainestSentence(parseTemplate(sentences[0]!));
  return {
    intent: `tool-${words.join("-")}`,
    sentences: described === undefined || isChinese ? sentences : [...sentences, described],
    chinese: [...chineseSentences(words), ...(isChinese ? [described] : [])],
    example,
    next: (state) =>
      run(
        state,
        tool,
        {},
        {
          done: (outcome) => ({ en: spokenResult(words, outcome) ?? `Done: ${example}.`, zh: chineseResult(outcome) }),
        },
      ),
  };
}

/** A tool named or described in Chinese: for text alone. */
function foreignCommands(tool: ToolSpec, words: readonly string[]): Command[] {
  const described = describedAs(tool.description) ?? "";
  const chinese = [words.join(""), described].filter((text) => /^\p{Script=Han}+$/u.test(text));
  if (chinese.length === 0) return [];
  const done = (outcome: Outcome) => ({ en: "Done.", zh: chineseResult(outcome) });
  return [
    { intent: `tool-${words.join("")}`, sentences: [], chinese, next: (state) => run(state, tool, {}, { done }) },
  ];
}

/** "Water the plants for twenty seconds": what the description says, and how much of it. */
function amountCommand(
  tool: ToolSpec,
  words: readonly string[],
  { name, from, to }: Extract<NeededArgument, { kind: "number" }>,
): Command | undefined {
  const described = describedAs(tool.description);
  if (described === undefined || /\p{Script=Han}/u.test(described)) return undefined;
  const units = "[seconds|minutes|hours|times|percent|degrees]";
  return {
    intent: `tool-${words.join("-")}-amount`,
    sentences: [`${described} [for|to|by] {value:${from}-${to}} ${units}`],
    example: `${described} for ${numberWords(to)}`,
    next: (state) => {
      const value = state.slots["value"] ?? from;
      const done = (outcome: Outcome) => ({
        en: spokenResult(words, outcome) ?? `Done: ${described}, ${numberWords(value)}.`,
        zh: chineseResult(outcome),
      });
      return run(state, tool, { [name]: value }, { done });
    },
  };
}

function numberCommand(
  tool: ToolSpec,
  topicWords: readonly string[],
  { name, from, to }: Extract<NeededArgument, { kind: "number" }>,
): Command {
  const topic = topicWords.join(" ");
  const chinese = inChinese(topicWords);
  const slot = `{value:${from}-${to}}`;
  return {
    intent: `tool-set-${topicWords.join("-")}`,
    sentences: [
      `(set|change|move|turn) [the] ${topic} to ${slot} [percent|degrees]`,
      `${topic} ${slot} [percent|degrees]`,
    ],
    ...(chinese && {
      chinese: [
        `[把|将] ${chinese} (调|设|设置|转|开|改) (到|为|成) [百分之] ${slot} [percent|度|档|级]`,
        `${chinese} [到|为] [百分之] ${slot} [percent|度|档|级]`,
      ],
    }),
    example: `set the ${topic} to ${numberWords(to)}`,
    next: (state) => {
      const value = state.slots["value"] ?? from;
      return run(
        state,
        tool,
        { [name]: value },
        {
          done: () => ({
            en: `The ${topic} is now ${numberWords(value)}.`,
            zh: `${chinese ?? topic}现在是${chineseNumber(value)}。`,
          }),
          failed: (error) => ({
            en: `I could not set the ${topic}: ${error}.`,
            zh: `${chinese ?? topic}没有设成：${error}。`,
          }),
        },
      );
    },
  };
}

function switchCommand(tool: ToolSpec, words: readonly string[], name: string, isOn: boolean): Command | undefined {
  const topic = words.filter((word) => !switchWords.has(word));
  if (topic.length === 0) return undefined;
  const chinese = inChinese(topic);
  const { english, chinese: written } = switchSentences(topic.join(" "), chinese, isOn);
  const done = () => ({
    en: `The ${topic.join(" ")} is ${isOn ? "on" : "off"}.`,
    zh: `${chinese ?? topic.join(" ")}${isOn ? "打开" : "关"}了。`,
  });
  return {
    intent: `tool-${topic.join("-")}-${isOn ? "on" : "off"}`,
    sentences: english,
    chinese: written,
    example: `turn ${isOn ? "on" : "off"} the ${topic.join(" ")}`,
    next: (state) => run(state, tool, { [name]: isOn }, { done }),
  };
}

function choiceCommand(
  tool: ToolSpec,
  topicWords: readonly string[],
  name: string,
  value: string,
): Command | undefined {
  const spoken = nameWords(value);
  if (spoken.length === 0 || spoken.some((word) => !/^[a-z]+$/.test(word))) return undefined;
  const [topic, choice] = [topicWords.join(" "), spoken.join(" ")];
  const [chinese, chineseChoice] = [inChinese(topicWords), inChinese(spoken)];
  const done = () => ({
    en: `The ${topic} is now ${choice}.`,
    zh: `${chinese ?? topic}现在是${chineseChoice ?? choice}。`,
  });
  return {
    intent: `tool-${topicWords.join("-")}-${spoken.join("-")}`,
    sentences: [`(set|change|switch|turn) [the] ${topic} to ${choice}`, `${topic} ${choice}`],
    ...(chinese &&
      chineseChoice && {
        chinese: [
          `[把|将] ${chinese} (调|设|设置|换|改|切换) (到|为|成) ${chineseChoice} [模式|档]`,
          `${chinese} ${chineseChoice} [模式|档]`,
        ],
      }),
    next: (state) => run(state, tool, { [name]: value }, { done }),
  };
}

interface Reports {
  readonly done: (outcome: Outcome) => Readonly<Record<"en" | "zh", string>>;
  readonly failed?: (error: string) => Readonly<Record<"en" | "zh", string>>;
}

/** Calls the tool, then tells how it went. */
function run(
  { outcomes, language }: CommandState,
  tool: ToolSpec,
  args: Record<string, unknown>,
  reports: Reports,
): Step {
  const [outcome] = outcomes;
  if (!outcome) return call(tool.name, args);
  if (outcome.ok) return sayIn(language, reports.done(outcome), "happy");
  const { failed = (error) => ({ en: `That did not work: ${error}.`, zh: `没有成功：${error}。` }) } = reports;
  return sayIn(language, failed(outcome.error), "sad");
}

function chineseResult({ value }: Outcome): string {
  return typeof value === "string" && /\p{Script=Han}/u.test(value) ? value : "好的。";
}

function spokenResult(words: readonly string[], { value }: Outcome): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return value;
  const topic = words.filter((word) => !askingVerbs.has(word)).join(" ");
  if (typeof value === "number") return `The ${topic} is ${numberWords(value)}.`;
  if (!isObject(value)) return undefined;
  const message = value["message"];
  if (typeof message === "string" && message !== "") return message;
  const fields = Object.entries(value).filter(([, field]) => ["string", "number", "boolean"].includes(typeof field));
  if (fields.length === 0) return undefined;
  const spoken = fields.slice(0, 6).map(([key, field]) => spokenField(key, field));
  return `${spoken.join(", ")}.`;
}

function spokenField(key: string, value: unknown): string {
  const spoken = typeof value === "boolean" ? (value ? "on" : "off") : value;
  return `${wordsOf(key.replaceAll("_", " ")).join(" ")} ${typeof spoken === "number" ? numberWords(spoken) : spoken}`;
}
