/** Parts of a page that nobody reads. */
const UNREAD = /<(script|style|noscript|svg|head|nav|header|footer|form|aside)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const BLOCK = /<\/?(p|div|br|li|h[1-6]|tr|section|article)\b[^>]*>/gi;
const ENTITIES: { readonly [name: string]: string } = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ldquo: "“",
  rdquo: "”",
  lsquo: "‘",
  rsquo: "’",
  mdash: "—",
  ndash: "–",
  hellip: "…",
  middot: "·",
};
/** Lines shorter than this are menus and labels. */
const LEAST_CHARACTERS = 12;

/** What is to be read on a page: its longer lines, at most so many characters. */
export function readableText(html: string, maxCharacters: number): string {
  const lines = plainText(
    html
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(UNREAD, "")
      .replace(BLOCK, "\n"),
    true,
  )
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_CHARACTERS);
  const text = lines.join("\n");
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}

/** Markup as plain text, in one line unless `keepsLines`. */
export function plainText(markup: string, keepsLines = false): string {
  const text = markup
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, "$1")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, (entity, name: string) => character(name) ?? entity);
  return keepsLines ? text.replace(/[ \t\f\r]+/g, " ") : text.replace(/\s+/g, " ").trim();
}

function character(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
