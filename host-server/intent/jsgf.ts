import { numberWords } from "./numbers.ts";
import { TemplateError, type TemplateNode } from "./template.ts";

/** A speech grammar in the JSpeech Grammar Format, with the words that the recogniser's dictionary must have. */
export interface SpeechGrammar {
  jsgf: string;
  words: readonly string[];
}

const unit = "one | two | three | four | five | six | seven | eight | nine";
const teen = "ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen";
const ten = "twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety";
// Factored, because the recogniser copies a rule into each place that refers to it.
// People ask for round numbers far more often, and the end of "eighty" is easily taken for "eighty eight".
const tens = `/0.9/ (${ten}) | /0.1/ (${ten}) (${unit})`;
// For the same reason a lone unit is rare: a quiet "eighty" must not become "eight".
const percentNumber = `/0.05/ zero | /0.1/ (${unit}) | /0.15/ (${teen}) | /0.6/ <tens> | /0.1/ (one | a) hundred`;

/** Prefix of the names of one-phone words, see `garbageWeight`. */
export const garbagePrefix = "garbage_";

/**
 * Weight of the path that takes any run of phones, so that speech outside the grammar is not bent into a command. Larger
 * rejects more, smaller understands more in noise.
 */
export const garbageWeight = 1e-8;

/**
 * Makes the speech grammar of a template.
 *
 * @param phones phones of the recogniser; with some, sentences outside the template match a run of them
 */
export function toJsgf(template: TemplateNode, phones: readonly string[] = []): SpeechGrammar {
  const words = new Set<string>();
  const slots = new Map<string, string>();
  const command = write(template, words, slots);
  for (const alternatives of slots.values()) for (const word of alternatives.match(/[a-z]+/g) ?? []) words.add(word);
  const lines = ["#JSGF V1.0;", "grammar commands;", `<tens> = ${tens};`];
  for (const [name, alternatives] of slots) lines.push(`<${name}> = ${alternatives};`);
  lines.push(`<command> = ${command};`);
  if (phones.length === 0) {
    lines.push("public <top> = <command>;");
  } else {
    lines.push(`<garbage> = (${phones.map((phone) => garbagePrefix + phone).join(" | ")})+;`);
    lines.push(`public <top> = /1.0/ <command> | /${garbageWeight}/ <garbage>;`);
  }
  return { jsgf: `${lines.join("\n")}\n`, words: [...words] };
}

function write(node: TemplateNode, words: Set<string>, slots: Map<string, string>): string {
  const inner = (part: TemplateNode) => write(part, words, slots);
  switch (node.kind) {
    case "word":
      words.add(node.word);
      return node.word;
    case "slot": {
      const name = `n${node.from}x${node.to}`;
      if (!slots.has(name)) slots.set(name, slotWords(node.from, node.to));
      return `<${name}>`;
    }
    case "text":
      throw new TemplateError("template-syntax", `{${node.name}:*} is for text: a speech grammar has no free words`);
    case "sequence":
      return node.parts.map(inner).join(" ");
    case "choice":
      return `(${node.options.map((option, at) => weighted(inner(option), node.weights?.[at])).join(" | ")})`;
    case "optional":
      return `[${inner(node.part)}]`;
  }
}

function weighted(rule: string, weight: number | undefined): string {
  return weight === undefined ? rule : `/${weight}/ (${rule})`;
}

function slotWords(from: number, to: number): string {
  if (from === 0 && to === 100) return percentNumber;
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => numberWords(from + index));
  return numbers.join(" | ");
}
