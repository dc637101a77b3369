// Pictographs, flags, skin tones, keycap marks and the invisible characters that join them. Digits are emoji to
// Unicode too, hence the narrower property.
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3/gu;

// What the reference server strips from both ends of a shown text. A question mark stays.
const EDGES = '\\s，,。.！!“”":：\\-－、\\[\\]【】';
const LEADING = new RegExp(`^[${EDGES}]+`, "u");
const TRAILING = new RegExp(`[${EDGES}]+$`, "u");

/** A text without emoji. */
export function withoutEmoji(text: string): string {
  return text.replace(EMOJI, "");
}

/** A text as a device shows it: no emoji, no line breaks, no punctuation at the ends except a question mark. */
export function shownText(text: string): string {
  const line = withoutEmoji(text).replace(/\s*[\r\n]+\s*/g, " ");
  // The sign of a number is no punctuation: "-5 degrees".
  const sign = /^\s*[-－](?=\d)/.test(line) ? "-" : "";
  return sign + line.replace(LEADING, "").replace(TRAILING, "");
}

/** A text as it is spoken: no emoji, no Markdown. Empty when nothing in it can be spoken. */
export function spokenText(text: string): string {
  const plain = withoutEmoji(text)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\s*(?:#{1,6}|>|[-*+])\s+/gm, "")
    .replace(/[*`~|]+|_{2,}/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return /[\p{L}\p{N}]/u.test(plain) ? plain : "";
}
