import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the linker of XS puts into an image, in bytes; see {@link readImageSize}. */
export interface ImageSize {
  /** Objects, functions and constants of preloaded modules. */
  readonly slotBytes: number;
  /** Bytecode of their functions. */
  readonly codeBytes: number;
  /** Files that the image carries, by what they are; largest first. None before `mc.resources.c` was made. */
  readonly files: readonly (readonly [sort: string, bytes: number])[];
  /** Compiled modules by their folder: how much of the bytecode and its names comes from where. Largest first. */
  readonly modules: readonly (readonly [folder: string, bytes: number])[];
}

/** Of a slot on a device. */
const SLOT_BYTES = 16;

/** Folders below these are told apart by one more part of their path. */
const DEEP = /^(modules|embedded)/;

function countOf(text: string, name: string): number {
  return Number(new RegExp(`#define ${name} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** Code stands in the image as literals in hexadecimal. */
function codeBytesOf(text: string): number {
  let bytes = 0;
  for (const [literal] of text.matchAll(/\.code = \{ \(txByte\*\)(?:"[^"]*"\s*)+/g)) {
    bytes += literal.split("\\x").length - 1;
  }
  for (const [, size] of text.matchAll(/txU1 gxCode\d+\[(\d+)\] /g)) bytes += Number(size);
  return bytes;
}

function groupOf(file: string): string {
  // The tools write "embedded:io" so.
  const parts = file.replace(/^~\./, "").split("/");
  const depth = DEEP.test(parts[0] as string) ? 2 : 1;
  return parts.length > depth ? parts.slice(0, depth).join("/") : (parts[0] as string).replace(/\.xsb$/, "");
}

/** What a file of an image is, by the end of its name. */
const SORTS: readonly (readonly [ending: RegExp, sort: string])[] = [
  [/\.xzf$/, "fonts"],
  [/\.ogg$/, "prompts"],
  [/\.(der|ski)$/, "certificates"],
  [/\.html$/, "the portal's page"],
];

function sortOf(file: string): string {
  return SORTS.find(([ending]) => ending.test(file))?.[1] ?? "other files";
}

/** The bytes of the files that `pattern` finds in a folder, added up by what `group` says of each. */
function bytesBy(folder: string, pattern: string, group: (file: string) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const file of globSync(pattern, { cwd: folder })) {
    const status = statSync(join(folder, file));
    if (status.isFile()) sums.set(group(file), (sums.get(group(file)) ?? 0) + status.size);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

/**
 * Reads how large the parts of an image are, from the folder in which mcconfig built it up to `mc.xs.c` and
 * `mc.resources.c`: all that is known without ESP-IDF. Native code is not in it.
 */
export function readImageSize(folder: string): ImageSize {
  const text = readFileSync(join(folder, "mc.xs.c"), "utf8");
  return {
    slotBytes: SLOT_BYTES * (countOf(text, "mxHeapCount") + countOf(text, "mxStackCount")),
    codeBytes: codeBytesOf(text),
    files: bytesBy(join(folder, "resources"), "**/*", sortOf),
    modules: bytesBy(join(folder, "modules"), "**/*.xsb", groupOf),
  };
}

/** The sizes as lines. */
export function describeImageSize({ slotBytes, codeBytes, files, modules }: ImageSize): string {
  const line = (name: string, bytes: number) => `${String(bytes).padStart(9)}  ${name}`;
  const fileBytes = files.reduce((sum, [, bytes]) => sum + bytes, 0);
  return [
    line("slots of preloaded modules", slotBytes),
    line("bytecode", codeBytes),
    line("files", fileBytes),
    line("together, without native code", slotBytes + codeBytes + fileBytes),
    "files:",
    ...files.map(([sort, bytes]) => line(sort, bytes)),
    "compiled modules, with their names:",
    ...modules.map(([name, bytes]) => line(name, bytes)),
  ].join("\n");
}
