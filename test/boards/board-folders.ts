import { globSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const BOARDS = join(import.meta.dirname, "../../boards");

/** Those that only the SDK's own build for Linux can run. */
const ELSEWHERE = ["linux"];

/** Every board of this project, by its path in `boards/`: with those that differ in their panel only. */
export function boardFolders(): string[] {
  return globSync("**/board.ts", { cwd: BOARDS })
    .map((file) => dirname(file).split(sep).join("/"))
    .filter((folder) => folder !== "." && !ELSEWHERE.includes(folder))
    .sort();
}

/** What the simulator and mcconfig take. */
export function pathOf(folder: string): string {
  return relative(process.cwd(), join(BOARDS, folder)) || ".";
}
