import { numbersAt } from "./numbers.ts";
import type { TemplateNode } from "./template.ts";

/** Values of a template's slots by name. */
export type Slots = Readonly<Record<string, number>>;

/** What stands in the free places of a template, by name. */
export type Texts = Readonly<Record<string, string>>;

/** Values that were said with a sentence. */
export interface Said {
  slots: Slots;
  texts: Texts;
}

/** Gives what was said when these words, all of them, are a sentence of the template. */
export function matchSentence(node: TemplateNode, words: readonly string[]): Said | undefined {
  for (const { end, ...said } of matches(node, words, 0)) if (end === words.length) return said;
  return undefined;
}

/** Gives the slots when these words, all of them, are a sentence of the template. */
export function matchTemplate(node: TemplateNode, words: readonly string[]): Slots | undefined {
  return matchSentence(node, words)?.slots;
}

/** What a template says about words after which more may come. */
export interface Prospect {
  /** The words are a sentence of the template. */
  isSentence: boolean;
  /** A longer sentence of the template begins with them. */
  isBeginning: boolean;
  /** What may follow changes a value: "eighty" and "five", "turn it up" and "by twenty". */
  mayChangeValue: boolean;
}

/** Gives what a template makes of the beginning of a sentence. */
export function prospect(node: TemplateNode, words: readonly string[]): Prospect {
  const found: Prospect = { isSentence: false, isBeginning: false, mayChangeValue: false };
  for (const { end } of matches(node, words, 0, found)) if (end === words.length) found.isSentence = true;
  return found;
}

interface Match extends Said {
  /** Index of the word after the match. */
  end: number;
}

type Noted = Pick<Prospect, "isBeginning" | "mayChangeValue">;

/** @param noted told what could follow where the words end */
function* matches(node: TemplateNode, words: readonly string[], start: number, noted?: Noted): Generator<Match> {
  const isEnd = start === words.length;
  switch (node.kind) {
    case "word":
      if (isEnd && noted) noted.isBeginning = true;
      if (words[start] === node.word) yield { end: start + 1, slots: {}, texts: {} };
      return;
    case "slot":
      if (isEnd && noted) noted.isBeginning = true;
      for (const { value, end } of numbersAt(words, start)) {
        if (noted && end === words.length && mayGrow(words, value, node.to)) noted.mayChangeValue = true;
        if (value >= node.from && value <= node.to) yield { end, slots: { [node.name]: value }, texts: {} };
      }
      return;
    case "text":
      if (isEnd && noted) noted.isBeginning = true;
      // Nobody knows whether a free text is over.
      if (noted) return;
      for (let end = start + 1; end <= words.length; end++) {
        yield { end, slots: {}, texts: { [node.name]: textOf(words.slice(start, end)) } };
      }
      return;
    case "sequence":
      yield* sequenceMatches(node.parts, words, start, noted);
      return;
    case "choice":
      for (const option of node.options) yield* matches(option, words, start, noted);
      return;
    case "optional":
      if (isEnd && noted && hasSlot(node.part)) noted.mayChangeValue = true;
      yield* matches(node.part, words, start, noted);
      yield { end: start, slots: {}, texts: {} };
  }
}

/** Words as they are written: Chinese without blanks. */
function textOf(words: readonly string[]): string {
  return words.join(" ").replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, "");
}

/** Whether a spoken number at the end may become a larger one: "twenty" and "five", "one" and "hundred". */
function mayGrow(words: readonly string[], value: number, largest: number): boolean {
  if (!/^[a-z]+$/.test(words.at(-1) ?? "")) return false;
  return (value % 10 === 0 && value >= 20 && value < largest && value < 100) || (value === 1 && largest >= 100);
}

function hasSlot(node: TemplateNode): boolean {
  switch (node.kind) {
    case "word":
      return false;
    case "slot":
    case "text":
      return true;
    case "sequence":
      return node.parts.some(hasSlot);
    case "choice":
      return node.options.some(hasSlot);
    case "optional":
      return hasSlot(node.part);
  }
}

function* sequenceMatches(
  parts: readonly TemplateNode[],
  words: readonly string[],
  start: number,
  noted: Noted | undefined,
): Generator<Match> {
  const [first, ...rest] = parts;
  if (!first) {
    yield { end: start, slots: {}, texts: {} };
    return;
  }
  for (const head of matches(first, words, start, noted)) {
    for (const tail of sequenceMatches(rest, words, head.end, noted)) {
      yield {
        end: tail.end,
        slots: { ...head.slots, ...tail.slots },
        texts: { ...head.texts, ...tail.texts },
      };
    }
  }
}
