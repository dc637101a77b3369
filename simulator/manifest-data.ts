import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { SimulatorError } from "./errors.ts";
import type { ModuleEntry } from "./manifest-sources.ts";

/** Whether a file's name without suffix is what an entry names; `*` stands for any part. */
function fits(pattern: string, name: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return name === pattern;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

/**
 * Finds the files that `data` entries stand for: name with suffix, as the program asks for it, to path.
 *
 * @throws SimulatorError "manifest-invalid" for an entry that matches nothing
 */
export function collectData(entries: readonly ModuleEntry[]): Map<string, string> {
  const data = new Map<string, string>();
  for (const { file, key, path } of entries) {
    const folder = dirname(path);
    const names = existsSync(folder)
      ? readdirSync(folder).filter((name) => fits(basename(path), parse(name).name))
      : [];
    if (names.length === 0) throw new SimulatorError("manifest-invalid", `${file}: data.${key}: no file ${path}`);
    for (const name of names) data.set(key.replace("*", parse(name).name) + parse(name).ext, join(folder, name));
  }
  return data;
}
