import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const FOLDER = import.meta.dirname;

/** Names of the programs, sorted. */
export const NAMES: readonly string[] = globSync("programs/*.ts", { cwd: FOLDER })
  .map((file) => basename(file, ".ts"))
  .sort();

const HEADER = "# Recorded under the Linux build of the Moddable SDK 8.2.3.";

function fileOf(name: string): string {
  return join(FOLDER, "traces", `${name}.txt`);
}

/** What the program said when its trace was recorded. */
export function readTrace(name: string): string[] {
  const [header, ...lines] = readFileSync(fileOf(name), "utf8").trimEnd().split("\n");
  if (header !== HEADER) throw new Error(`${fileOf(name)}: expected "${HEADER}", got "${header}"`);
  return lines;
}

export function writeTrace(name: string, lines: readonly string[]): void {
  writeFileSync(fileOf(name), `${[HEADER, ...lines].join("\n")}\n`);
}
