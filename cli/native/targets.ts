import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { FirmwareManifest, JsonObject } from "../../simulator/manifest.ts";
import type { CompileUnit, LinkTarget } from "./compile.ts";

export const root = join(import.meta.dirname, "../..");
export const buildDirectory = join(root, ".build/native");

const require = createRequire(import.meta.url);
const engine = join(dirname(require.resolve("@agoric/xsnap/package.json")), "moddable/xs");
const library = join(dirname(require.resolve("@discordjs/opus/package.json")), "deps/opus");
const nodeHeaders = join(dirname(require.resolve("node-api-headers/package.json")), "include");
const nativeSources = join(root, "simulator/native");
const opusAddon = join(root, "host-server/audio/native/opus-addon.c");

const commonFlags = ["-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing"];

/** Other people's code: its warnings are not ours to read. */
const foreignFlags = [...commonFlags, "-w"];
const ownFlags = [...commonFlags, "-O2", "-Wall", "-Wextra"];

/**
 * The engine's switches. Those that are left out (mxSnapshot, mxLockdown, mxCESU8, mxMinusZero, Unicode tables) are
 * out on the ESP32, too: strings count code points, `normalize` throws. Defining one as 0 would turn it on.
 * mxDebug costs nothing that can be measured and is what puts file and line into stacks.
 */
const engineDefines = [
  "-DINCLUDE_XSPLATFORM",
  '-DXSPLATFORM="xs-platform.h"',
  "-DmxDebug=1",
  "-DmxInstrument=1",
  "-DmxMetering=1",
  "-DmxBoundsCheck=1",
  "-DmxParse=1",
  "-DmxRun=1",
  "-DmxNoConsole=1",
];
const engineIncludes = ["includes", "platforms", "sources"].map((folder) => `-I${join(engine, folder)}`);
const engineFlags = [...engineDefines, ...engineIncludes, `-I${nativeSources}`];

/** All libraries that the firmware's build for the simulator and the server need. */
export function nativeTargets(manifest: FirmwareManifest): LinkTarget[] {
  const opus = libraryUnits(manifest);
  const targets: LinkTarget[] = [
    {
      output: join(root, ".build/native/simulator.node"),
      units: [...engineUnits(), ...ownUnits(), ...deviceUnits(manifest), ...opus],
      libraries: ["-lm", "-lpthread"],
    },
  ];
  if (existsSync(opusAddon)) {
    const flags = [...ownFlags, `-I${nodeHeaders}`, `-I${join(library, "include")}`];
    targets.push({
      output: join(root, ".build/native/opus.node"),
      units: [{ source: opusAddon, flags }, ...opus],
      libraries: ["-lm"],
    });
  }
  return targets;
}

/**
 * Places where the unchanged engine calls us: at the end of a collection (platform.c), at a line (coverage.c), and when
 * a machine becomes the image of others (image.c).
 */
const engineHooks: Readonly<Record<string, readonly string[]>> = {
  "xsMemory.c": ["-DfxCheckProfiler=simAfterCollection"],
  "xsRun.c": ["-DfxDebugLine=simLine"],
  "xsAPI.c": ["-DfxShare=simShare"],
};

/** Snapshots, which the devices do not have. */
const leftOut = new Set(["xsSnapshot.c"]);

function engineUnits(): CompileUnit[] {
  const flags = [...foreignFlags, "-O2", ...engineFlags];
  return cFiles(join(engine, "sources"))
    .filter((source) => !leftOut.has(basename(source)))
    .map((source) => ({ source, flags: [...flags, ...(engineHooks[basename(source)] ?? [])] }));
}

function ownUnits(): CompileUnit[] {
  const addonFlags = [...ownFlags, `-I${nodeHeaders}`, `-I${nativeSources}`];
  return [
    ...cFiles(join(nativeSources, "addon")).map((source) => ({ source, flags: addonFlags })),
    ...cFiles(join(nativeSources, "engine")).map((source) => ({ source, flags: [...ownFlags, ...engineFlags] })),
  ];
}

function cFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".c"))
    .map((name) => join(folder, name));
}

function isLibrary(path: string): boolean {
  return path.startsWith(library);
}

/** libopus alone, and flags for what includes it: for programs beside the firmware. */
export function opusUnits(manifest: FirmwareManifest): { units: CompileUnit[]; flags: readonly string[] } {
  return { units: libraryUnits(manifest), flags: includeFlags(manifest) };
}

/** Flags for C files that use the engine's headers. */
export const engineHeaderFlags: readonly string[] = engineFlags;

/**
 * libopus as the firmware's manifest lists it, with the configuration beside our codec: one build for all. Its loops
 * gain a fifth from -O3, the other code nothing.
 */
function libraryUnits(manifest: FirmwareManifest): CompileUnit[] {
  const flags = [...foreignFlags, "-O3", "-DHAVE_CONFIG_H", ...includeFlags(manifest)];
  return manifest.natives.filter(isLibrary).map((source) => ({ source, flags }));
}

function includeFlags(manifest: FirmwareManifest): string[] {
  return manifest.includeDirs.map((folder) => `-I${folder}`);
}

/** The firmware's own C files, and the headers and the table that the SDK's tools would make for them. */
function deviceUnits(manifest: FirmwareManifest): CompileUnit[] {
  const sources = manifest.natives.filter((path) => !isLibrary(path));
  const generated = join(buildDirectory, "generated");
  mkdirSync(generated, { recursive: true });
  const texts = sources.map((path) => readFileSync(path, "utf8"));
  const table = join(generated, "native-table.c");
  writeChanged(table, nativeTable(texts));
  writeChanged(join(generated, "mc.xs.h"), identifierHeader(texts));
  writeChanged(join(generated, "mc.defines.h"), definesHeader(manifest.defines));
  const flags = [...commonFlags, "-O2", "-Wall", ...engineFlags, `-I${generated}`, ...includeFlags(manifest)];
  return [...sources, table].map((source) => ({ source, flags }));
}

/** Keeps the file's age when nothing changed, for tools that look at it. */
function writeChanged(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(path, text);
}

/** Names in the order of their first mention. */
function findNames(texts: readonly string[], pattern: RegExp): string[] {
  return [...new Set(texts.flatMap((text) => Array.from(text.matchAll(pattern), (match) => match[1]!)))];
}

/** The functions that `native()` and `Native()` can find: all that the C files define for the program. */
export function nativeTable(texts: readonly string[]): string {
  const functions = findNames(texts, /^void\s+(xs_\w+)\s*\(\s*xsMachine\s*\*\s*\w+\s*\)\s*(?=\{)/gm);
  const destructors = findNames(texts, /^void\s+(xs_\w+)\s*\(\s*void\s*\*\s*\w+\s*\)\s*(?=\{)/gm);
  return [
    "/* Generated from the firmware's C files. */",
    '#include "engine/engine.h"',
    ...functions.map((name) => `extern void ${name}(txMachine*);`),
    ...destructors.map((name) => `extern void ${name}(void*);`),
    `const SimNative simNatives[] = {${functions.map((name) => `{"${name}", ${name}}, `).join("")}{0, 0}};`,
    `const SimNativeClass simNativeClasses[] = {${destructors.map((name) => `{"${name}", ${name}}, `).join("")}{0, 0}};`,
    "",
  ].join("\n");
}

/** On the device identifiers are numbers that the linker gives out; here they are looked up. */
export function identifierHeader(texts: readonly string[]): string {
  const names = findNames(texts, /\bxsID_(\w+)/g);
  return [
    "/* Generated from the firmware's C files. */",
    ...names.map((name) => `#define xsID_${name} xsID("${name}")`),
    "",
  ].join("\n");
}

/** The manifest's `defines` as the SDK writes them: strings verbatim, `#text` quoted, lists as initialisers. */
export function definesHeader(defines: JsonObject): string {
  const lines: string[] = ["/* Generated from the firmware's manifest. */"];
  const visit = (value: JsonObject, prefix: string): void => {
    for (const [key, item] of Object.entries(value)) {
      const name = `${prefix}_${key.toUpperCase()}`;
      if (typeof item === "object" && item !== null && !Array.isArray(item)) visit(item, name);
      else lines.push(`#define ${name} ${defineText(item)}`);
    }
  };
  visit(defines, "MODDEF");
  return [...lines, ""].join("\n");
}

function defineText(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(defineText).join(", ")}}`;
  if (typeof value === "boolean") return value ? "1" : "0";
  const text = String(value);
  return text.startsWith("#") ? JSON.stringify(text.slice(1)) : text;
}
