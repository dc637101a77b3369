import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** More take turns waiting for what they could wait for side by side, and a process that dies takes more along. */
const FILES_PER_GROUP = 12;

/** Files with which a folder has groups of its own; what is in smaller ones of the same area shares some. */
const OWN_GROUPS = 4;
/** Parts of a path that name an area: `test/firmware`. */
const AREA_PARTS = 2;

/** Files by the folder or the area in whose groups they are. */
function byPlace(files: readonly string[]): Map<string, string[]> {
  const folders = Map.groupBy(files, dirname);
  return Map.groupBy(files, (file) => {
    const folder = dirname(file);
    const isOwn = (folders.get(folder) ?? []).length >= OWN_GROUPS;
    return isOwn ? folder : `${folder.split(sep).slice(0, AREA_PARTS).join(sep)}${sep}others`;
  });
}

/** Cuts a list into as few parts as the limit allows, all about as long. */
function cut<T>(list: readonly T[], most: number): T[][] {
  const parts = Math.ceil(list.length / most);
  const edge = (part: number) => Math.floor((part * list.length) / parts);
  return Array.from({ length: parts }, (_, part) => list.slice(edge(part), edge(part + 1)));
}

/**
 * Writes files that import several test files of one folder or area each, and gives their paths. Node starts a process for every
 * file it is given, which loads the same modules again: a quarter of the time of all quick tests, with one process for each.
 *
 * @param files paths of test files, from `root`
 * @param root the folder they are in
 * @param target the folder to write to; what it held is removed
 */
export function writeGroups(files: readonly string[], root: string, target: string): string[] {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const back = relative(target, root).split(sep).join("/");
  const groups: string[] = [];
  for (const [folder, inFolder] of byPlace(files)) {
    for (const [index, part] of cut(inFolder, FILES_PER_GROUP).entries()) {
      const path = join(target, `${folder.split(sep).join("-")}-${index + 1}.test.mjs`);
      const imports = part.map((file) => `await import(${JSON.stringify(`${back}/${file.split(sep).join("/")}`)});\n`);
      writeFileSync(path, imports.join(""));
      groups.push(path);
    }
  }
  return groups;
}
