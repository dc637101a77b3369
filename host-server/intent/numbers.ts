import { chineseNumberAt } from "./chinese-numbers.ts";

const ones = "zero one two three four five six seven eight nine".split(" ");
const teens = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** Largest number that a template slot may hold: what a spoken command needs, and small enough for a speech grammar. */
export const largestSlot = 100;

/**
 * Gives a number as it is spoken: `85` is "eighty five", `21.5` is "twenty one point five". Whole parts from a million
 * on stay digits.
 */
export function numberWords(value: number): string {
  if (value < 0) return `minus ${numberWords(-value)}`;
  const [whole = "0", fraction] = String(value).split(".");
  if (Number(whole) >= 1_000_000 || !/^\d+$/.test(whole)) return String(value);
  const words = wholeWords(Number(whole));
  return fraction === undefined
    ? words
    : `${words} point ${[...fraction].map((digit) => ones[Number(digit)]).join(" ")}`;
}

/**
 * Reads the numbers that may begin at this word, in words ("eighty five", "a hundred", "八十五") or digits: each possible value
 * with the index of the word after it, longest first.
 */
export function numbersAt(words: readonly string[], start: number): { value: number; end: number }[] {
  const [first, second] = [words[start], words[start + 1]];
  if (first === undefined) return [];
  if (/^\d{1,6}$/.test(first)) return [{ value: Number(first), end: start + 1 }];
  const chinese = chineseNumberAt(words, start);
  if (chinese) return [chinese];
  const found: { value: number; end: number }[] = [];
  if ((first === "one" || first === "a") && second === "hundred") found.push({ value: 100, end: start + 2 });
  if (first === "hundred") found.push({ value: 100, end: start + 1 });
  const ten = tens.indexOf(first);
  const unit = second === undefined ? -1 : ones.indexOf(second);
  if (ten >= 0 && unit > 0) found.push({ value: ten * 10 + 20 + unit, end: start + 2 });
  const single = smallNumber(first);
  if (single !== undefined) found.push({ value: single, end: start + 1 });
  return found;
}

function smallNumber(word: string): number | undefined {
  const value = [...ones, ...teens].indexOf(word);
  if (value >= 0) return value;
  const ten = tens.indexOf(word);
  return ten >= 0 ? ten * 10 + 20 : undefined;
}

function wholeWords(value: number): string {
  if (value < 10) return ones[value]!;
  if (value < 20) return teens[value - 10]!;
  if (value < 100) return joined(tens[Math.floor(value / 10) - 2]!, value % 10);
  if (value < 1000) return joined(`${ones[Math.floor(value / 100)]} hundred`, value % 100);
  return joined(`${wholeWords(Math.floor(value / 1000))} thousand`, value % 1000);
}

function joined(head: string, rest: number): string {
  return rest === 0 ? head : `${head} ${wholeWords(rest)}`;
}
