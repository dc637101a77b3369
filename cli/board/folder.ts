import { existsSync, globSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ROOT } from "../process.ts";

/** Where a board is kept: in `boards/` of this project, or anywhere else. */
export interface BoardFolder {
  /** What servers call it. */
  readonly name: string;
  readonly directory: string;
  readonly manifest: string;
  readonly board: string;
}

/** There is no board where one was looked for. */
export class BoardMissingError extends Error {
  override readonly name = "BoardMissingError";
  readonly code = "board-missing";
}

/**
 * The names of the boards in this project that mcconfig or the simulator can build. One that differs from another in its
 * panel only is a folder in that board's: "bread-compact-wifi-lcd/gc9a01-240x240".
 */
export function boardNames(): string[] {
  return globSync("boards/**/board.ts", { cwd: ROOT })
    .map((path) => relative("boards", dirname(path)).split(sep).join("/"))
    .filter((name) => existsSync(join(ROOT, "boards", name, "manifest.json")))
    .sort();
}

/** Without those that differ from another in a panel or a camera. */
function plainNames(): string[] {
  return boardNames().filter((name) => !name.includes("/"));
}

/**
 * The folder of a board: the name of one in `boards/`, or a path to one.
 *
 * @throws BoardMissingError
 */
export function boardFolder(nameOrPath: string): BoardFolder {
  const own = join(ROOT, "boards", nameOrPath);
  const isPath = /[/\\]|^\.+$/.test(nameOrPath) && !existsSync(join(own, "manifest.json"));
  const directory = isPath ? resolve(nameOrPath) : own;
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new BoardMissingError(
      `board "${nameOrPath}": there is no folder ${directory}. Boards of this project: ${plainNames().join(", ")}`,
    );
  }
  return {
    name: nameOf(directory),
    directory,
    manifest: join(directory, "manifest.json"),
    board: join(directory, "board.ts"),
  };
}

/** A board's name tells it from all others: one in another board's folder is called by both. */
function nameOf(directory: string): string {
  const path = relative(join(ROOT, "boards"), directory).split(sep);
  return path[0] === ".." ? basename(directory) : path.join("-");
}
