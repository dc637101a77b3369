import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the linker of XS puts into an image, in bytes; see {@link readImageSize}. */
export interface ImageSize {
  /** Objects, functions and constants of preloaded modules. */
  readonly slotBytes: number;
  /** Bytecode of their functions. */
  readonly codeBytes: number;
  /** Fonts, certificates and other files. */
  readonly resourceBytes: number;
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

function bytesOf(files: readonly string[], folder: string): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/**
 * Reads how large the parts of an image are, from the folder in which mcconfig built it up to `mc.xs.c`: all that is
 * known without ESP-IDF. Native code is not in it.
 */
export function readImageSize(folder: string): ImageSize {
  const text = readFileSync(join(folder, "mc.xs.c"), "utf8");
  const modules = new Map<string, number>();
  const compiled = join(folder, "modules");
  for (const file of globSync("**/*.xsb", { cwd: compiled })) {
    const group = groupOf(file);
    modules.set(group, (modules.get(group) ?? 0) + statSync(join(compiled, file)).size);
  }
  const resources = join(folder, "resources");
  const files = globSync("**/*", { cwd: resources }).filter((file) => statSync(join(resources, file)).isFile());
  return {
    slotBytes: SLOT_BYTES * (countOf(text, "mxHeapCount") + countOf(text, "mxStackCount")),
    codeBytes: codeBytesOf(text),
    resourceBytes: bytesOf(files, resources),
    modules: [...modules].sort(([, a], [, b]) => b - a),
  };
}

/** The sizes as lines. */
export function describeImageSize({ slotBytes, codeBytes, resourceBytes, modules }: ImageSize): string {
  const line = (name: string, bytes: number) => `${String(bytes).padStart(9)}  ${name}`;
  return [
    line("slots of preloaded modules", slotBytes),
    line("bytecode", codeBytes),
    line("resources", resourceBytes),
    "compiled modules, with their names:",
    ...modules.map(([name, bytes]) => line(name, bytes)),
  ].join("\n");
}

if (import.meta.main) console.log(describeImageSize(readImageSize(process.argv[2] ?? ".")));
