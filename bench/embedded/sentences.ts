import { readFileSync } from "node:fs";

/** What a line of the list is: see the head of `sentences.txt`. */
export const KINDS = ["command", "question", "talk", "pause", "hesitation", "other", "nothing"] as const;
export type Kind = (typeof KINDS)[number];

/** One line of the list. */
export interface Sentence {
  readonly kind: Kind;
  /** As it is spoken; between two parts the speaker is silent for a while. */
  readonly parts: readonly string[];
  /** The words that should be understood; "" where nothing should be. */
  readonly meant: string;
}

/**
 * The sentences of the bench, in the order of the file.
 *
 * @throws Error naming a line of an unknown kind or without words
 */
export function readSentences(file = new URL("./sentences.txt", import.meta.url)): Sentence[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map(parseLine);
}

function parseLine(line: string): Sentence {
  const [kind = "", words = "", meant] = line.split("|").map((field) => field.trim());
  if (!isKind(kind) || words === "") throw new Error(`sentences.txt: "${line}" is no "kind | words"`);
  const parts = words.split("...").map((part) => part.trim());
  const isForNothing = kind === "other" || kind === "nothing";
  return { kind, parts, meant: isForNothing ? "" : (meant ?? parts.join(" ")) };
}

function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}
