import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { test } from "node:test";
import { type FirmwareManifest, readManifest } from "../simulator/manifest.ts";
import { TWINS } from "../simulator/twins/twins.ts";
import { boardFolders } from "./boards/board-folders.ts";

const ROOT = dirname(import.meta.dirname);
const BOARDS = boardFolders().map((folder) => `boards/${folder}`);
const FIRMWARE_FILES = ["main.ts", ...globSync("{protocol,modules,mcp}/**/*.ts", { cwd: ROOT })];
/** Not on every device: what another platform needs, and what boards with a screen include. */
const NOT_EVERYWHERE = [
  "modules/audio/engine/",
  "modules/hardware/analog/",
  "modules/hardware/panels/",
  "modules/ui/screen/",
  "modules/io/esp32/",
  "modules/hardware/esp-sr/",
  "modules/parts/camera/",
  "modules/parts/infrared/",
  "modules/io/linux/",
  "modules/io/serial/",
  "modules/provisioning/improv/",
  "modules/tls/",
];

const manifests = new Map<string, FirmwareManifest>();

function manifestOf(board: string): FirmwareManifest {
  const manifest = manifests.get(board) ?? readManifest(join(ROOT, "manifest.json"), { board: join(ROOT, board) });
  manifests.set(board, manifest);
  return manifest;
}

test("there are boards to check", () => assert.ok(BOARDS.length >= 2));

for (const board of BOARDS) {
  test(`${board}: every firmware file is a module under its own path`, () => {
    const { modules } = manifestOf(board);
    const missing = FIRMWARE_FILES.filter((file) => !NOT_EVERYWHERE.some((folder) => file.startsWith(folder))).filter(
      (file) => {
        const path = modules.get(file.replace(/\.ts$/, ""));
        return path === undefined || relative(ROOT, path) !== file;
      },
    );
    assert.deepEqual(missing, []);
  });

  test(`${board}: every TypeScript module is preloaded, so that it lies in flash`, () => {
    const { modules, preload } = manifestOf(board);
    const listed = new Set(preload);
    const missing = [...modules]
      .filter(([name, path]) => path.endsWith(".ts") && !listed.has(name))
      .map(([name]) => name);
    assert.deepEqual(missing, []);
  });

  test(`${board}: everything that is imported is a module or has a twin`, () => {
    const { modules } = manifestOf(board);
    const missing: string[] = [];
    for (const path of modules.values()) {
      if (!path.endsWith(".ts")) continue;
      const text = readFileSync(path, "utf8");
      // Types are gone at run time.
      const imports = text.matchAll(/^(?:import|export)(?! type)[^"]*? from "([^."][^"]*)"/gm);
      for (const [, name] of imports) {
        const known = modules.has(name as string) || Object.hasOwn(TWINS, name as string) || name === "mc/config";
        if (!known) missing.push(`${relative(ROOT, path)} imports ${name}`);
      }
    }
    assert.deepEqual(missing, []);
  });
}

test("an image says what the project, its version and its board are", () => {
  const image = (board: string) => manifestOf(board).defines["image"] as Record<string, unknown> | undefined;
  const described = BOARDS.filter((board) => image(board)?.["board"] !== undefined);
  assert.ok(described.length >= 4);
  for (const board of described) {
    const { config } = manifestOf(board);
    // A panel of a board is a folder in its folder.
    const name = board.split("/").slice(1).join("-");
    assert.deepEqual(image(board), { project: "xiaozhi", version: config["version"], board: name });
  }
  const esp32 = BOARDS.filter((board) => !basename(board).startsWith("simulator"));
  assert.deepEqual(esp32, described);
});

test("what the contract programs' modules import is in their manifest, which the SDK alone reads", () => {
  const folder = join(ROOT, "test/contract");
  const { modules } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
    modules: Record<string, string | string[]>;
  };
  const named = Object.values(modules)
    .flat()
    .filter((path) => path.startsWith("../../"));
  const files = new Set(named.map((path) => join(folder, `${path}.ts`)));
  const missing: string[] = [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    for (const [, name] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export)(?! type)[^"]*? from "(\.[^"]*)"/gm,
    )) {
      const target = relative(ROOT, join(dirname(file), name as string)).replace(/\.ts$/, "");
      if (!Object.hasOwn(modules, target)) missing.push(`${relative(ROOT, file)} imports ${name}`);
    }
  }
  assert.ok(files.size > 15);
  assert.deepEqual(missing, []);
});
