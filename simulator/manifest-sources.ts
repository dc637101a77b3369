import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { SimulatorError } from "./errors.ts";

/** One `modules` value: the manifest it stands in, its key, and its path with variables and folder resolved. */
export interface ModuleEntry {
  file: string;
  key: string;
  path: string;
}

export interface Sources {
  modules: Map<string, string>;
  natives: string[];
  includeDirs: string[];
}

const INSTALLED = `${sep}node_modules${sep}`;
const scriptSuffixes = [".ts", ".js", ".mjs"];
const suffixes = [".d.ts", ...scriptSuffixes, ".c", ".h"];

interface SourceFile {
  path: string;
  /** Name without folder and suffix. */
  name: string;
  suffix: string;
}

/**
 * Finds the files that `modules` entries stand for. Where two entries bind one specifier the later one wins.
 *
 * @throws SimulatorError "manifest-invalid" for an entry that matches nothing.
 */
export function collectSources(entries: readonly ModuleEntry[]): Sources {
  const excluded = new Set<string>();
  const modules = new Map<string, string>();
  const natives = new Set<string>();
  const includeDirs = new Set<string>();
  for (const entry of entries) {
    if (entry.key === "~") for (const file of matchFiles(entry)) excluded.add(file.path);
  }
  for (const entry of entries) {
    if (entry.key === "~") continue;
    for (const file of matchFiles(entry)) {
      if (excluded.has(file.path)) continue;
      if (scriptSuffixes.includes(file.suffix)) modules.set(specifierOf(entry, file), file.path);
      else if (file.suffix === ".c") natives.add(file.path);
      else if (file.suffix === ".h") includeDirs.add(dirname(file.path));
    }
  }
  return { modules, natives: [...natives], includeDirs: [...includeDirs] };
}

/** `*` in the key stands for the file's name, or for the part that `*` matched in the path. */
function specifierOf(entry: ModuleEntry, file: SourceFile): string {
  const star = entry.key.lastIndexOf("*");
  if (star < 0) return entry.key;
  const pattern = basename(entry.path);
  const prefix = pattern.includes("*") ? pattern.slice(0, pattern.lastIndexOf("*")) : "";
  return entry.key.slice(0, star) + file.name.slice(prefix.length) + entry.key.slice(star + 1);
}

function matchFiles(entry: ModuleEntry): SourceFile[] {
  const directory = whereInstalled(dirname(entry.path));
  const pattern = basename(entry.path);
  if (directory === undefined) throw noMatch(entry, "there is no folder");
  const star = pattern.lastIndexOf("*");
  const found = readdirSync(directory, { withFileTypes: true })
    .filter((item) => !item.isDirectory() && !item.name.startsWith("."))
    .flatMap((item) => sourceFile(directory, item.name))
    .filter((file) => (star < 0 ? file.name === pattern || file.name + file.suffix === pattern : true))
    .filter((file) => (star < 0 ? true : file.name.startsWith(pattern.slice(0, star))))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (found.length === 0 && star < 0) throw noMatch(entry, "no source matches");
  return found;
}

/** Where a folder is; that of a package of npm may lie in the `node_modules` of any folder above. */
function whereInstalled(directory: string): string | undefined {
  if (existsSync(directory)) return directory;
  const at = directory.lastIndexOf(INSTALLED);
  if (at < 0) return undefined;
  const inside = directory.slice(at + INSTALLED.length);
  for (let above = directory.slice(0, at); above !== dirname(above); above = dirname(above)) {
    const candidate = join(dirname(above), INSTALLED, inside);
    if (existsSync(candidate)) return candidate;
  }
  return undefined;
}

function sourceFile(directory: string, name: string): SourceFile[] {
  const suffix = suffixes.find((candidate) => name.endsWith(candidate));
  if (suffix === undefined) return [];
  return [{ path: join(directory, name), name: name.slice(0, -suffix.length), suffix }];
}

function noMatch(entry: ModuleEntry, problem: string): SimulatorError {
  return new SimulatorError("manifest-invalid", `${entry.file}: modules.${entry.key}: ${problem}: ${entry.path}`);
}
