import { existsSync, globSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ROOT } from "../process.ts";

/** Where a board is kept: in `boards/` of this project, or anywhere else. */
export interface BoardFolder {
  /** What `mcconfig` and servers call it. */
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

/** The names of the boards in this project that mcconfig or the simulator can build. */
export function boardNames(): string[] {
  const manifests = globSync("boards/*/manifest.json", { cwd: ROOT });
  return manifests.map((path) => basename(dirname(path))).sort();
}

/**
 * The folder of a board: the name of one in `boards/`, or a path to one.
 *
 * @throws BoardMissingError
 */
export function boardFolder(nameOrPath: string): BoardFolder {
  const own = join(ROOT, "boards", nameOrPath);
  const directory = /[/\\.]/.test(nameOrPath) ? resolve(nameOrPath) : own;
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new BoardMissingError(
      `board "${nameOrPath}": there is no folder ${directory}. Boards of this project: ${boardNames().join(", ")}`,
    );
  }
  return {
    name: basename(directory),
    directory,
    manifest: join(directory, "manifest.json"),
    board: join(directory, "board.ts"),
  };
}
