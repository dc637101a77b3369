import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { nativeTable } from "../cli/native/targets.ts";
import { readManifest } from "../simulator/manifest.ts";
import { hasTwin } from "../simulator/twins/twins.ts";

const ROOT = dirname(import.meta.dirname);

/** Boards with an ESP32: what they need of the SDK must exist in the simulator, or their firmware is not tested. */
const BOARDS = globSync("boards/*/manifest.json", { cwd: ROOT })
  .filter((file) => /hardware\/chips\/esp32|ESP32_SUBCLASS/.test(read(join(ROOT, file))))
  .map((file) => dirname(file));

/** Modules of the SDK for ESP32 that only its other modules import, and why the simulator lives without them. */
const BELOW: { readonly [specifier: string]: string } = {
  "embedded:provider/builtin": "names buses and pins for modules of the SDK that the firmware does not use",
  logical: "masks frames for the SDK's WebSocket client",
  "mc/config": "made by the build",
};

function read(path: string): string {
  return readFileSync(path, "utf8");
}

/** What a source imports when it runs, statically or dynamically; what it imports as a type is gone by then. */
function importsOf(source: string): string[] {
  const statics = source.matchAll(/^(?:import|export)(?! type)(?:[^"';]*? from)? ?"([^"]+)"/gm);
  const dynamics = source.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [...statics, ...dynamics].map((match) => match[1] as string);
}

/** The specifier that an import means: relative ones follow from the importer's. */
function resolve(importer: string, name: string): string {
  return name.startsWith(".") ? join(dirname(importer), name).replace(/\.[jt]s$/, "") : name;
}

/** All specifiers that are reached from `main` and the preloaded modules, with one importer of each. */
function reached(modules: ReadonlyMap<string, string>, roots: readonly string[]): Map<string, string> {
  const importers = new Map<string, string>(roots.map((root) => [root, "manifest.json"]));
  for (const [specifier] of importers) {
    const path = modules.get(specifier);
    if (path === undefined) continue;
    for (const name of importsOf(read(path))) {
      const target = resolve(specifier, name);
      if (!importers.has(target)) importers.set(target, relative(ROOT, path));
    }
  }
  return importers;
}

function manifestOf(board: string) {
  return readManifest(join(ROOT, "manifest.json"), { board: join(ROOT, board) });
}

test("there is a board with an ESP32", () => assert.ok(BOARDS.length >= 1));

test("the walk sees imports of every kind", () => {
  const source = `import a from "embedded:a";\nimport type b from "b";\nimport { c, type d } from "./c.ts";\nimport "e";
export { f } from "../f.ts";\nimport {\n  g,\n} from "g";\nconst h = await import("h");\nimport type { i } from "i";`;
  assert.deepEqual(importsOf(source), ["embedded:a", "./c.ts", "e", "../f.ts", "g", "h"]);
  assert.equal(resolve("modules/io/udp", "../system/log.ts"), "modules/system/log");
});

for (const board of BOARDS) {
  test(`${board}: every module that its firmware reaches is the project's own or has a twin`, () => {
    const { modules, preload } = manifestOf(board);
    const own = preload.filter((specifier) => modules.has(specifier));
    const missing = [...reached(modules, ["main", ...own])]
      .filter(([specifier]) => !modules.has(specifier) && !hasTwin(specifier) && !(specifier in BELOW))
      .map(([specifier, importer]) => `${specifier}, imported by ${importer}`);
    assert.deepEqual(missing, []);
  });

  test(`${board}: every C function that its modules name is defined by a C file of the manifest`, () => {
    const { modules, natives } = manifestOf(board);
    const table = nativeTable(natives.filter((path) => !path.includes("node_modules")).map(read));
    const defined = new Set([...table.matchAll(/\{"(\w+)"/g)].map((match) => match[1]));
    const missing = [...modules.values()]
      .flatMap((path) => [...read(path).matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1] as string))
      .filter((name) => !defined.has(name));
    assert.deepEqual(missing, []);
    assert.ok(defined.size > 0);
  });
}

test("what the manifest maps or preloads of the SDK for ESP32 has a twin", () => {
  const { platforms, preload } = JSON.parse(read(join(ROOT, "manifest.json")));
  const named: string[] = [...preload];
  for (const [platform, section] of Object.entries(platforms) as [string, { modules?: object; preload?: string[] }][]) {
    if (platform.startsWith("esp32/")) named.push(...Object.keys(section.modules ?? {}), ...(section.preload ?? []));
  }
  const { modules } = manifestOf(BOARDS[0] as string);
  const missing = [...new Set(named)].filter(
    (name) => !name.includes("*") && !modules.has(name) && !hasTwin(name) && !(name in BELOW) && name !== "board",
  );
  assert.deepEqual(missing, []);
});
