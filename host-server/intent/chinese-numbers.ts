const digits = "零一二三四五六七八九";

/** Gives a number as it is written in words: `85` is "八十五", `100` "一百". From a thousand on, and for fractions, digits. */
export function chineseNumber(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) >= 1_000) return String(value);
  if (value < 0) return `负${chineseNumber(-value)}`;
  if (value < 10) return digits[value]!;
  if (value < 20) return `十${value === 10 ? "" : digits[value - 10]}`;
  if (value < 100) return `${digits[Math.floor(value / 10)]}十${value % 10 === 0 ? "" : digits[value % 10]}`;
  const rest = value % 100;
  const hundreds = `${digits[Math.floor(value / 100)]}百`;
  if (rest === 0) return hundreds;
  // "Hundred ten" has its one written out, and a missing ten is said.
  if (rest < 10) return `${hundreds}零${digits[rest]}`;
  return `${hundreds}${rest < 20 ? "一" : ""}${chineseNumber(rest)}`;
}

/** Reads the longest number that begins at this word; each character is a word. */
export function chineseNumberAt(words: readonly string[], start: number): { value: number; end: number } | undefined {
  const characters: string[] = [];
  for (let at = start; /^[零〇一二两三四五六七八九十百]$/.test(words[at] ?? ""); at++) characters.push(words[at]!);
  for (let length = characters.length; length > 0; length--) {
    const value = numberIn(characters.slice(0, length).join(""));
    if (value !== undefined) return { value, end: start + length };
  }
  return undefined;
}

const pattern = /^(?:([一二两三四五六七八九])百(零)?)?(?:([一二三四五六七八九])?(十))?([零一二两三四五六七八九])?$/;

function numberIn(text: string): number | undefined {
  const [, hundreds, zero, tens, ten, ones] = pattern.exec(text.replaceAll("〇", "零")) ?? [];
  if (!hundreds && !ten && !ones) return undefined;
  // "八零" is no number below a hundred, and after "百零" only ones follow.
  if ((ones === "零" && (hundreds || ten)) || (zero && (ten || !ones))) return undefined;
  // "一百五" is short for 150: too easily meant otherwise to be guessed.
  if (hundreds && !zero && !ten && ones) return undefined;
  return digit(hundreds) * 100 + (ten ? (tens ? digit(tens) : 1) * 10 : 0) + digit(ones);
}

function digit(character: string | undefined): number {
  if (character === undefined) return 0;
  return character === "两" ? 2 : digits.indexOf(character);
}
