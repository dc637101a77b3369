import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SimulatorError } from "./errors.ts";
import { collectData } from "./manifest-data.ts";
import { collectSources, type ModuleEntry } from "./manifest-sources.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Heap sizes as the manifest gives them: bytes for chunks, slots for heap and stack. */
export interface Creation {
  chunk: { initial: number; incremental: number };
  heap: { initial: number; incremental: number };
  stack: number;
  keys: { initial: number; incremental: number };
  /** Specifier of the module that starts the program. */
  main: string;
}

/** A firmware build as its manifests describe it, for the simulator. */
export interface FirmwareManifest {
  /** The root manifest's folder: paths in stacks are relative to it. */
  directory: string;
  /** Specifier → absolute path of its TypeScript or JavaScript source. */
  modules: Map<string, string>;
  /** Absolute paths of the C files. */
  natives: string[];
  /** Folders of the listed headers: that is how a folder gets onto the include path. */
  includeDirs: string[];
  /** Specifiers, in order, without repetition. */
  preload: string[];
  /** Files that the program reads as `Resource`: name to path. */
  data: Map<string, string>;
  /** What the program sees as `mc/config`. */
  config: JsonObject;
  creation: Creation;
  /** C constants: `{ a: { b: 1 } }` is `MODDEF_A_B`. */
  defines: JsonObject;
  /** Variables of the build, by name; paths are absolute. */
  build: ReadonlyMap<string, string>;
}

export interface ManifestOptions {
  /** A board's folder; its manifest.json is merged as the SDK merges a sub-platform's. */
  board?: string;
  /** Values that win over the manifests' `config`, like `key=value` on mcconfig's command line. */
  config?: JsonObject;
}

/** The variables that lead into the SDK: what they name is served by twins. */
const sdkVariables = new Set(["MODDABLE", "MODULES", "COMMODETTO", "PIU", "CONTRIBUTED", "TYPINGS", "BUILD", "XS_DIR"]);

/** The platform whose section of a manifest counts here. */
const platformName = "sim";

/** The sizes of the SDK's own ESP32-S3 targets, for manifests that give none. */
const defaultCreation: Creation = {
  chunk: { initial: 78_848, incremental: 0 },
  heap: { initial: 4928, incremental: 0 },
  stack: 512,
  keys: { initial: 32, incremental: 32 },
  main: "main",
};

/** What all manifests of a build have in common while they are read. */
interface Build {
  variables: Map<string, string>;
  seen: Set<string>;
  modules: ModuleEntry[];
  data: ModuleEntry[];
  preload: string[];
  config: JsonObject;
  creation: JsonObject;
  defines: JsonObject;
}

/**
 * Reads a manifest.json with all it includes, as mcconfig does for a platform named `sim`.
 *
 * Includes come first, depth first; of values given twice the outer one wins, lists are joined. What lies in the SDK
 * is skipped. Where a board is given, its modules win over the root's.
 *
 * @throws SimulatorError "manifest-invalid", naming file, key and value.
 */
export function readManifest(path: string, options: ManifestOptions = {}): FirmwareManifest {
  const directory = dirname(resolve(path));
  const build: Build = {
    variables: new Map([["MAIN_DIR", directory]]),
    seen: new Set(),
    modules: [],
    data: [],
    preload: [],
    config: {},
    creation: {},
    defines: {},
  };
  let boardEntries: ModuleEntry[] = [];
  if (options.board !== undefined) {
    build.variables.set("SUBPLATFORM", basename(options.board));
    mergeFile(build, join(resolve(options.board), "manifest.json"));
    boardEntries = build.modules.splice(0);
  }
  mergeFile(build, resolve(path));
  mergeObjects(build.config, options.config ?? {});
  const sources = collectSources([...build.modules, ...boardEntries]);
  return {
    directory,
    modules: sources.modules,
    natives: sources.natives,
    includeDirs: sources.includeDirs,
    preload: [...new Set(build.preload.flatMap((name) => expandPreload(name, sources.modules)))],
    data: collectData(build.data),
    config: build.config,
    creation: readCreation(path, build.creation),
    defines: build.defines,
    build: build.variables,
  };
}

function invalid(file: string, key: string, value: unknown, problem: string): SimulatorError {
  return new SimulatorError("manifest-invalid", `${file}: ${key}: ${problem}: ${JSON.stringify(value)}`);
}

function readJson(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new SimulatorError("manifest-invalid", `${file}: the manifest cannot be read`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SimulatorError("manifest-invalid", `${file}: ${cause instanceof Error ? cause.message : "no JSON"}`, {
      cause,
    });
  }
  if (!isObject(value)) throw invalid(file, "manifest", value, "not an object");
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mergeFile(build: Build, file: string): void {
  const real = realPath(file);
  if (build.seen.has(real)) return;
  build.seen.add(real);
  const manifest = readJson(file);
  const platforms = section(file, manifest, "platforms");
  const platform = platforms[platformName];
  if (platform !== undefined && !isObject(platform)) {
    throw invalid(file, `platforms.${platformName}`, platform, "not an object");
  }
  const parts = platform === undefined ? [manifest] : [manifest, platform];
  for (const part of parts) readVariables(build, file, part);
  for (const part of parts) {
    for (const include of list(file, "include", part["include"])) {
      // An object names a repository on the network: nothing of this build lies there.
      if (isObject(include)) continue;
      const target = expand(build, file, "include", include);
      if (target !== undefined) mergeFile(build, resolve(dirname(file), target));
    }
  }
  for (const part of parts) mergePart(build, file, part);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw new SimulatorError("manifest-invalid", `${file}: there is no such manifest`, { cause });
  }
}

function section(file: string, part: JsonObject, key: string): JsonObject {
  const value = part[key];
  if (value === undefined) return {};
  if (!isObject(value)) throw invalid(file, key, value, "not an object");
  return value;
}

function list(file: string, key: string, value: JsonValue | undefined): JsonValue[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) throw invalid(file, key, value, "not a string or a list");
  return value;
}

/** `build` defines variables for paths; `NAME ?=` gives a default for one that the shell may set. */
function readVariables(build: Build, file: string, part: JsonObject): void {
  for (const [key, value] of Object.entries(section(file, part, "build"))) {
    if (typeof value !== "string" && typeof value !== "number") continue;
    const optional = /^(\w+)\s*\?=$/.exec(key);
    const name = optional?.[1] ?? key;
    if (optional !== null && build.variables.has(name)) continue;
    const text = String(value);
    build.variables.set(name, text.startsWith("./") ? resolve(dirname(file), text) : text);
  }
}

/** The path with its variables filled in; undefined when it leads into the SDK. */
function expand(build: Build, file: string, key: string, value: JsonValue): string | undefined {
  if (typeof value !== "string") throw invalid(file, key, value, "not a string");
  let text = value;
  for (let depth = 0; depth < 10 && text.includes("$("); depth++) {
    let leadsIntoSdk = false;
    text = text.replace(/\$\((\w+)\)/g, (_whole, name: string) => {
      const found = build.variables.get(name);
      if (found !== undefined) return found;
      if (!sdkVariables.has(name)) throw invalid(file, key, value, `unknown variable ${name} in`);
      leadsIntoSdk = true;
      return "";
    });
    if (leadsIntoSdk) return undefined;
  }
  return text;
}

/** What `modules` or `data` name outside the SDK. */
function readEntries(build: Build, file: string, part: JsonObject, name: "modules" | "data"): ModuleEntry[] {
  const entries: ModuleEntry[] = [];
  for (const [key, value] of Object.entries(section(file, part, name))) {
    for (const source of list(file, `${name}.${key}`, value)) {
      const plain = isObject(source) && source["source"] !== undefined ? source["source"] : source;
      const target = expand(build, file, `${name}.${key}`, plain);
      if (target !== undefined) entries.push({ file, key, path: resolve(dirname(file), target) });
    }
  }
  return entries;
}

function mergePart(build: Build, file: string, part: JsonObject): void {
  build.modules.push(...readEntries(build, file, part, "modules"));
  build.data.push(...readEntries(build, file, part, "data"));
  for (const name of list(file, "preload", part["preload"])) {
    if (typeof name !== "string") throw invalid(file, "preload", name, "not a specifier");
    build.preload.push(name);
  }
  mergeObjects(build.config, section(file, part, "config"));
  mergeObjects(build.creation, section(file, part, "creation"));
  mergeObjects(build.defines, section(file, part, "defines"));
}

function mergeObjects(into: JsonObject, from: JsonObject): void {
  for (const [key, value] of Object.entries(from)) {
    const former = into[key];
    if (isObject(former) && isObject(value)) mergeObjects(former, value);
    else into[key] = structuredClone(value);
  }
}

/** A pattern of `preload` matches JavaScript modules only: mcconfig does not see the TypeScript ones. */
function expandPreload(name: string, modules: Map<string, string>): string[] {
  const star = name.lastIndexOf("*");
  if (star < 0) return [name];
  const prefix = name.slice(0, star);
  return [...modules].filter(([key, path]) => key.startsWith(prefix) && !path.endsWith(".ts")).map(([key]) => key);
}

function readCreation(file: string, from: JsonObject): Creation {
  const number = (value: JsonValue | undefined, key: string, missing: number): number => {
    if (value === undefined) return missing;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
      throw invalid(file, `creation.${key}`, value, "not a size");
    }
    return value;
  };
  const growth = (key: "chunk" | "heap" | "keys"): { initial: number; incremental: number } => {
    const sizes = section(file, from, key);
    return {
      initial: number(sizes["initial"], `${key}.initial`, defaultCreation[key].initial),
      incremental: number(sizes["incremental"], `${key}.incremental`, defaultCreation[key].incremental),
    };
  };
  const main = from["main"] ?? defaultCreation.main;
  if (typeof main !== "string") throw invalid(file, "creation.main", main, "not a specifier");
  return {
    chunk: growth("chunk"),
    heap: growth("heap"),
    stack: number(from["stack"], "stack", defaultCreation.stack),
    keys: growth("keys"),
    main,
  };
}
