import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type CompileUnit, compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, engineHeaderFlags, identifierHeader, opusUnits, root } from "../../cli/native/targets.ts";
import { readManifest } from "../../simulator/manifest.ts";

const run = promisify(execFile);

export const HEADERS = join(buildDirectory, "idf-headers");
export const OBJECTS = join(buildDirectory, "objects");
export const STRICT = ["-g", "-Wall", "-Wextra", "-Werror"];
export const NATIVE = join(root, "modules/audio/engine/engine-native.c");
/** Halves of classes that are the same on every platform. */
export const SHARED_NATIVES = ["modules/audio/opus/opuscodec.c", "modules/audio/plain/bell.c"].map((path) =>
  join(root, path),
);
/** Half of the wake word detector. */
export const WAKE_NATIVE = join(root, "modules/hardware/esp-sr/esp32/wake-net-native.c");
const QSPI = join(root, "modules/hardware/panels/qspi");

/** How a program is watched while it runs. */
export type Sanitizer = "none" | "address" | "thread";

export const SANITIZER_FLAGS: Readonly<Record<Sanitizer, readonly string[]>> = {
  none: [],
  address: ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
  thread: ["-fsanitize=thread"],
};

/** Makes the headers that the declarations stand for; unchanged ones keep their age. */
export function writeHeaders(): void {
  const [, ...parts] = readFileSync(join(import.meta.dirname, "fakes/idf.declarations"), "utf8").split("\n== ");
  for (const part of parts) {
    const end = part.indexOf("\n");
    writeHeader(part.slice(0, end), `#pragma once\n${part.slice(end + 1)}`);
  }
  writeHeader(
    "mc.xs.h",
    identifierHeader(
      [NATIVE, WAKE_NATIVE, join(QSPI, "qspi-panel.c"), ...SHARED_NATIVES].map((path) => readFileSync(path, "utf8")),
    ),
  );
}

function writeHeader(name: string, text: string): void {
  const path = join(HEADERS, name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function folderFlags(...folders: readonly string[]): string[] {
  return folders.map((folder) => `-I${join(root, folder)}`);
}

const FOLDERS = folderFlags("modules/audio", "modules/audio/engine", "test/native/fakes", "test/native/engine");

/** What the manifests list for the device, but the half that is for XS. */
export function engineSources(): string[] {
  const { natives } = readManifest(join(root, "modules/audio/engine/manifest.json"));
  const own = natives.filter((path) => path !== NATIVE);
  return [...own, join(root, "modules/audio/bell-sound.c")];
}

function testSources(): string[] {
  const fakes = ["fake-freertos", "fake-i2s", "fake-lines", "virtual-time"].map((name) => `fakes/${name}.c`);
  const cases = ["fault-cases", "main", "part-cases", "sound-cases", "world"].map((name) => `engine/${name}.c`);
  return [...fakes, ...cases].map((name) => join(import.meta.dirname, name));
}

/** Builds the engine with fakes around it; gives the program's path. */
export async function buildEngineProgram(sanitizer: Sanitizer = "none"): Promise<string> {
  writeHeaders();
  const opus = opusUnits(readManifest(join(root, "manifest.json")));
  const watch = SANITIZER_FLAGS[sanitizer];
  const flags = ["-O1", ...STRICT, ...watch, `-I${HEADERS}`, ...FOLDERS, ...opus.flags];
  const own: CompileUnit[] = [...engineSources(), ...testSources()].map((source) => ({ source, flags }));
  const output = join(buildDirectory, `engine-test-${sanitizer}`);
  const libraries = [...watch, "-lm", "-lpthread"];
  await compileTargets(OBJECTS, [{ output, isProgram: true, units: [...own, ...opus.units], libraries }]);
  return output;
}

/** Compiles the half of the engine that is for XS, and those of other sound, against the headers of the simulator's XS. */
export async function compileNativeHalf(): Promise<void> {
  writeHeaders();
  const opus = opusUnits(readManifest(join(root, "manifest.json")));
  const flags = ["-fPIC", ...STRICT, `-I${HEADERS}`, ...engineHeaderFlags, ...FOLDERS, ...opus.flags];
  const output = join(buildDirectory, "engine-native.so");
  await compileTargets(OBJECTS, [
    { output, units: [NATIVE, ...SHARED_NATIVES].map((source) => ({ source, flags })), libraries: [] },
  ]);
}

/** Runs one case; rejects with what it said when it fails. */
export async function runCase(program: string, name: string, mode?: string): Promise<void> {
  const args = mode === undefined ? [name] : [name, mode];
  try {
    await run(program, args, { timeout: 300_000 });
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? "");
    throw new Error(`${basename(program)} ${args.join(" ")}: ${said.trim().slice(0, 2000) || String(error)}`);
  }
}

export const MODES = ["full-duplex", "standard-and-tdm", "two-controllers"] as const;

/** Cases of single parts. */
export const PART_CASES = ["resampler", "slots", "packets", "wiring"] as const;

/** Cases of the whole engine, for each mode. */
export const ENGINE_CASES = [
  "through",
  "together",
  "reference",
  "listen-only",
  "mute",
  "volume",
  "bell",
  "times",
  "flush",
  "lost",
  "drift",
  "underrun",
  "overflow",
  "slow-program",
  "slow-program-plays",
  "stop-while-busy",
  "restart",
  "reopen",
  "dead-line",
  "garbage",
  "refused",
  "no-start",
  "external-stacks",
  "stacks",
] as const;
