import { numbersAt } from "./numbers.ts";
import type { TemplateNode } from "./template.ts";

/** Values of a template's slots by name. */
export type Slots = Readonly<Record<string, number>>;

/** Gives the slots when these words, all of them, are a sentence of the template. */
export function matchTemplate(node: TemplateNode, words: readonly string[]): Slots | undefined {
  for (const { end, slots } of matches(node, words, 0)) if (end === words.length) return slots;
  return undefined;
}

interface Match {
  /** Index of the word after the match. */
  end: number;
  slots: Slots;
}

function* matches(node: TemplateNode, words: readonly string[], start: number): Generator<Match> {
  switch (node.kind) {
    case "word":
      if (words[start] === node.word) yield { end: start + 1, slots: {} };
      return;
    case "slot":
      for (const { value, end } of numbersAt(words, start)) {
        if (value >= node.from && value <= node.to) yield { end, slots: { [node.name]: value } };
      }
      return;
    case "sequence":
      yield* sequenceMatches(node.parts, words, start);
      return;
    case "choice":
      for (const option of node.options) yield* matches(option, words, start);
      return;
    case "optional":
      yield* matches(node.part, words, start);
      yield { end: start, slots: {} };
  }
}

function* sequenceMatches(parts: readonly TemplateNode[], words: readonly string[], start: number): Generator<Match> {
  const [first, ...rest] = parts;
  if (!first) {
    yield { end: start, slots: {} };
    return;
  }
  for (const head of matches(first, words, start)) {
    for (const tail of sequenceMatches(rest, words, head.end)) {
      yield { end: tail.end, slots: { ...head.slots, ...tail.slots } };
    }
  }
}
