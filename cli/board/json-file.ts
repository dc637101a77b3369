import { readFileSync } from "node:fs";
import type { Finding } from "./finding.ts";

/** A JSON file with the lines of its members. */
export interface JsonFile {
  readonly value: unknown;
  /** The line of a member, `["defines", "ili9341", "cs_pin"]`; undefined when the file has no such one. */
  lineOf(path: readonly string[]): number | undefined;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Reads a JSON file; what is wrong with its text is a finding. */
export function readJsonFile(file: string): JsonFile | Finding {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { file, text: isMissing ? "there is no such file" : (error as Error).message };
  }
  try {
    return { value: JSON.parse(text), lineOf: (path) => lineOf(text, path) };
  } catch (error) {
    const { message } = error as Error;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    return { file, line: lineAt(text, position), text: message };
  }
}

/** Members are looked for in order, each behind the one before: enough for files in which a name is not repeated above. */
function lineOf(text: string, path: readonly string[]): number | undefined {
  let at = 0;
  for (const name of path) {
    at = text.indexOf(`${JSON.stringify(name)}`, at);
    if (at < 0) return undefined;
  }
  return lineAt(text, at);
}
