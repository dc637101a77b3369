/** A text without U+0000, which PostgreSQL does not take, and which nobody can see or say. */
export function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}
