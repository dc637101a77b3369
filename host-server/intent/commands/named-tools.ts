import type { ToolSpec } from "../../providers/llm.ts";
import { type Command, type CommandSource, call, say } from "../command.ts";
import { type JsonRange, requiredArguments } from "../input-schema.ts";
import { numberWords } from "../numbers.ts";
import { isObject, type Outcome } from "../outcome.ts";
import { parseTemplate, plainestSentence } from "../template.ts";
import { wordsOf } from "../words.ts";

const handled =
  /(^|_)(set_volume|screen_set_brightness|screen_set_theme|get_device_status)$|^(handle_exit_intent|get_time|get_lunar)$/;
const verbs = new Set(
  "turn switch get read show set start stop open close take play pause resume go move raise lower toggle reset run shake wave dance look blink next previous".split(
    " ",
  ),
);
const askingVerbs = new Set(["get", "read", "show"]);

/**
 * Commands for tools that nobody described to us, made from the words of their names: `self_lamp_turn_on` is reached by
 * "turn on the lamp". Takes tools that need no argument, and "set" tools that need one number.
 */
export const namedToolCommands: CommandSource = (tools) =>
  tools.filter(({ name }) => !handled.test(name)).flatMap((tool) => commandFor(tool) ?? []);

function commandFor(tool: ToolSpec): Command | undefined {
  const words = nameWords(tool.name);
  const required = requiredArguments(tool.inputSchema);
  // A recogniser for English cannot hear a name in another script.
  if (words.length === 0 || !required || words.some((word) => !/^[a-z]+$/.test(word))) return undefined;
  if (required.length === 0) return plainCommand(tool, words);
  const [argument] = required;
  return required.length === 1 && argument!.to !== undefined && words.includes("set")
    ? numberCommand(tool, words, argument as Required<JsonRange>)
    : undefined;
}

function nameWords(name: string): string[] {
  const words = wordsOf(name.replaceAll(/[_-]+/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2"));
  if (words[0] === "self") words.shift();
  return words.flatMap((word) => (/^\d{1,3}$/.test(word) ? numberWords(Number(word)).split(" ") : [word]));
}

function plainCommand(tool: ToolSpec, words: readonly string[]): Command {
  const sentences = plainSentences(words);
  const example = plainestSentence(parseTemplate(sentences[0]!));
  return {
    intent: `tool-${words.join("-")}`,
    sentences,
    example,
    next: ({ outcomes: [outcome] }) => {
      if (!outcome) return call(tool.name);
      return outcome.ok
        ? say(spokenResult(words, outcome) ?? `Done: ${example}.`, "happy")
        : say(`That did not work: ${outcome.error}.`, "sad");
    },
  };
}

function plainSentences(words: readonly string[]): string[] {
  const at = words.findIndex((word) => verbs.has(word));
  const verb = words[at];
  if (verb === undefined) return [words.join(" "), `what is the ${words.join(" ")}`];
  const object = words.slice(0, at).join(" ");
  const complement = words.slice(at + 1).join(" ");
  if (askingVerbs.has(verb)) {
    const topic = `${object} ${complement}`.trim();
    return topic === ""
      ? [verb]
      : [`(what is|what's) the ${topic}`, `(get|read|show [me]|tell me) the ${topic}`, topic];
  }
  const spokenVerb = verb === "turn" || verb === "switch" ? "(turn|switch)" : verb;
  if (object === "") return [`${spokenVerb} [the] ${complement}`.replace(/ \[the\] $/, "")];
  if (complement === "") return [`${spokenVerb} the ${object}`, `${object} ${verb}`];
  const sentences = [`${spokenVerb} ${complement} the ${object}`, `${spokenVerb} the ${object} ${complement}`];
  // "turn on" alone would not say what; "go forward" does.
  if (!/^(on|off)$/.test(complement)) sentences.push(`${spokenVerb} ${complement}`);
  return [...sentences, `${object} ${complement}`];
}

function numberCommand(tool: ToolSpec, words: readonly string[], { name, from, to }: Required<JsonRange>): Command {
  const topic = words.filter((word) => word !== "set").join(" ");
  return {
    intent: `tool-${words.join("-")}`,
    sentences: [`(set|change) [the] ${topic} to {value:${from}-${to}} [percent]`, `${topic} {value:${from}-${to}}`],
    example: `set the ${topic} to ${numberWords(to)}`,
    next: ({ slots, outcomes: [outcome] }) => {
      const value = slots["value"] ?? from;
      if (!outcome) return call(tool.name, { [name]: value });
      return outcome.ok
        ? say(`The ${topic} is now ${numberWords(value)}.`, "happy")
        : say(`I could not set the ${topic}: ${outcome.error}.`, "sad");
    },
  };
}

function spokenResult(words: readonly string[], { value }: Outcome): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return value;
  const topic = words.filter((word) => !askingVerbs.has(word)).join(" ");
  if (typeof value === "number") return `The ${topic} is ${numberWords(value)}.`;
  if (isObject(value)) {
    const message = value["message"];
    if (typeof message === "string" && message !== "") return message;
    const fields = Object.entries(value).filter(([, field]) => ["string", "number", "boolean"].includes(typeof field));
    if (fields.length > 0)
      return `${fields
        .slice(0, 6)
        .map(([key, field]) => spokenField(key, field))
        .join(", ")}.`;
  }
  return undefined;
}

function spokenField(key: string, value: unknown): string {
  const spoken = typeof value === "boolean" ? (value ? "on" : "off") : value;
  return `${key.replaceAll("_", " ")} ${typeof spoken === "number" ? numberWords(spoken) : spoken}`;
}
