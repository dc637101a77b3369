import { spawn } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { ROOT } from "../../process.ts";
import type { BoardFolder } from "../folder.ts";
import { type Environment, withSdkTools } from "./toolchain.ts";

/**
 * A board as mcconfig's option `-p` takes it: `esp32:./boards/my-box`. mcconfig writes the option in lower case, so that
 * a folder with another name in its path is given by a link.
 */
export function platformOf({ directory }: BoardFolder): string {
  const way = relative(ROOT, directory);
  const path = way.startsWith("..") ? way : `./${way}`;
  if (path === path.toLowerCase() && !/\s/.test(path)) return `esp32:${path}`;
  const link = join(ROOT, ".build", "boards", basename(directory).toLowerCase());
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(directory, link, "dir");
  return `esp32:./${relative(ROOT, link)}`;
}

/** Runs mcconfig in the project's folder with this terminal, and gives its exit status. */
export function runMcconfig(args: readonly string[], env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("mcconfig", args, { cwd: ROOT, stdio: "inherit", env: withSdkTools(env) as NodeJS.ProcessEnv });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}
