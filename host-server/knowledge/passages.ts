import type { Passage } from "../storage/knowledge.ts";

/** About as much as a model reads of one thing: a paragraph or two. */
const MAX_CHARACTERS = 600;
const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/;
const FENCE = /^\s*(```|~~~)/;
/** Behind the end of a sentence, in any script. */
const SENTENCE_END = /(?<=[.!?…]["')\]”’]?\s)|(?<=[。！？；][”’」』）]?)(?![”’」』）])/u;

/** Cuts a text, or Markdown, into passages: at headings, then between paragraphs, lines or sentences, wherever one would get too long. */
export function passagesIn(text: string): Passage[] {
  const passages: Passage[] = [];
  for (const { heading, lines } of sectionsOf(text)) {
    const paragraphs = lines.join("\n").split(/\n\s*\n/);
    for (const piece of joined(paragraphs.flatMap(pieces), "\n\n")) passages.push({ heading, text: piece });
  }
  return passages;
}

interface Section {
  /** `Care › Descaling`. */
  readonly heading: string;
  readonly lines: string[];
}

function sectionsOf(text: string): Section[] {
  const path: string[] = [];
  let isCode = false;
  let section: Section = { heading: "", lines: [] };
  const sections = [section];
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (FENCE.test(line)) isCode = !isCode;
    const [, signs, title] = (!isCode && HEADING.exec(line)) || [];
    if (signs === undefined || title === undefined) {
      section.lines.push(line);
      continue;
    }
    path.length = Math.min(path.length, signs.length - 1);
    path[signs.length - 1] = title;
    section = { heading: path.filter(Boolean).join(" › "), lines: [] };
    sections.push(section);
  }
  return sections;
}

/** A paragraph, cut where it is too long. */
function pieces(paragraph: string): string[] {
  const text = paragraph.trim();
  if (text.length <= MAX_CHARACTERS) return text === "" ? [] : [text];
  const lines = text.split("\n");
  if (lines.length > 1) return joined(lines.flatMap(pieces), "\n");
  const sentences = text.split(SENTENCE_END).map((sentence) => sentence.trim());
  return joined(
    sentences.flatMap((sentence) => slices(sentence)),
    " ",
  );
}

function slices(text: string): string[] {
  const count = Math.ceil(text.length / MAX_CHARACTERS);
  return Array.from({ length: count }, (_, at) => text.slice(at * MAX_CHARACTERS, (at + 1) * MAX_CHARACTERS));
}

/** Neighbours together, as long as they are not too long. */
function joined(parts: readonly string[], between: string): string[] {
  const whole: string[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    const isShort = last !== undefined && last.length + between.length + part.length <= MAX_CHARACTERS;
    if (isShort) whole[whole.length - 1] = `${last}${between}${part}`;
    else whole.push(part);
  }
  return whole;
}
