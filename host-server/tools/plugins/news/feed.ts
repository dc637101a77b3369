import { plainText } from "./readable-text.ts";

/** A piece of news. */
export interface NewsItem {
  readonly title: string;
  /** Where the whole of it is; empty where nobody says. */
  readonly url: string;
  /** What it is about, in a sentence or two; empty where nobody says. */
  readonly summary: string;
}

/** More than anybody listens to. */
const MAX_ITEMS = 50;
const MAX_SUMMARY = 400;

/** The items of an RSS or Atom feed, in its order; none for what is no feed. */
export function feedItems(xml: string): NewsItem[] {
  const tag = /<item[\s>]/i.test(xml) ? "item" : "entry";
  return blocksOf(xml, tag).flatMap((block) => {
    const title = plainText(contentOf(block, "title"));
    if (title === "") return [];
    const summary = contentOf(block, "description") || contentOf(block, "summary");
    return [{ title, url: linkOf(block), summary: plainText(plainText(summary)).slice(0, MAX_SUMMARY) }];
  });
}

function blocksOf(xml: string, tag: string): string[] {
  const blocks: string[] = [];
  const opening = new RegExp(`<${tag}[\\s>]`, "gi");
  for (let match = opening.exec(xml); match && blocks.length < MAX_ITEMS; match = opening.exec(xml)) {
    const end = xml.indexOf(`</${tag}>`, match.index);
    if (end < 0) break;
    blocks.push(xml.slice(match.index, end));
    opening.lastIndex = end;
  }
  return blocks;
}

function contentOf(block: string, tag: string): string {
  const start = new RegExp(`<${tag}(?:\\s[^>]*)?>`, "i").exec(block);
  if (!start) return "";
  const from = start.index + start[0].length;
  const end = block.indexOf(`</${tag}>`, from);
  return end < 0 ? "" : block.slice(from, end);
}

/** RSS has the address in the element, Atom in an attribute. */
function linkOf(block: string): string {
  const text = plainText(contentOf(block, "link"));
  const url = text || plainText(/<link\b[^>]*\bhref="([^"]*)"/i.exec(block)?.[1] ?? "");
  return /^https?:\/\//.test(url) ? url : "";
}
