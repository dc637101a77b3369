import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { type FirmwareManifest, type ManifestOptions, readManifest } from "../../simulator/manifest.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Writes files (objects as JSON) and reads their `manifest.json`; paths in the answer are relative. */
function read(files: Record<string, unknown>, options: ManifestOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "manifest-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  const board = options.board === undefined ? {} : { board: join(folder, options.board) };
  const manifest = readManifest(join(folder, "manifest.json"), { ...options, ...board });
  return { ...manifest, ...relativePaths(manifest, folder) };
}

function relativePaths(manifest: FirmwareManifest, folder: string) {
  const cut = (path: string): string => path.slice(folder.length + 1);
  return {
    modules: Object.fromEntries([...manifest.modules].map(([key, path]) => [key, cut(path)])),
    natives: manifest.natives.map(cut),
    includeDirs: manifest.includeDirs.map(cut),
  };
}

describe("modules of a manifest", () => {
  it("are found by name, list and pattern, one folder deep", () => {
    const { modules } = read({
      "manifest.json": {
        modules: { "*": "./main", one: ["./a/one"], "modules/a/*": "./a/*", "t/*": "./a/tw*" },
      },
      "main.ts": "",
      "a/one.ts": "",
      "a/two.js": "",
      "a/types.d.ts": "",
      "a/deep/three.ts": "",
    });
    assert.deepEqual(modules, {
      main: "main.ts",
      one: "a/one.ts",
      "modules/a/one": "a/one.ts",
      "modules/a/two": "a/two.js",
      "t/o": "a/two.js",
    });
  });

  it("bring C files and the folders of headers", () => {
    const { modules, natives, includeDirs } = read({
      "manifest.json": { modules: { codec: "./codec", "lib/*": ["./lib/x", "./lib/include/h"] } },
      "codec.ts": "",
      "codec.c": "",
      "lib/x.c": "",
      "lib/include/h.h": "",
    });
    assert.deepEqual(modules, { codec: "codec.ts" });
    assert.deepEqual(natives, ["codec.c", "lib/x.c"]);
    assert.deepEqual(includeDirs, ["lib/include"]);
  });

  it("of the SDK are left to the twins", () => {
    const { modules } = read({
      "manifest.json": {
        include: [
          "$(MODDABLE)/examples/manifest_base.json",
          "$(MODULES)/io/manifest.json",
          { git: "https://x.example" },
        ],
        modules: { timer: "$(MODULES)/base/timer/timer", main: ["./main", "$(BUILD)/devices/x"] },
      },
      "main.ts": "",
    });
    assert.deepEqual(modules, { main: "main.ts" });
  });

  it("can be excluded", () => {
    const { modules } = read({
      "manifest.json": { modules: { "*": "./a/*", "~": "./a/two" } },
      "a/one.ts": "",
      "a/two.ts": "",
    });
    assert.deepEqual(modules, { one: "a/one.ts" });
  });

  it("may lie behind the manifest's own variables", () => {
    const { modules } = read({
      "manifest.json": {
        build: { PARTS: "./parts", INNER: "$(PARTS)/inner", "OTHER ?=": "./other" },
        modules: { a: "$(INNER)/a", b: "$(MAIN_DIR)/b", c: "$(OTHER)/c" },
      },
      "parts/inner/a.ts": "",
      "b.ts": "",
      "other/c.ts": "",
    });
    assert.deepEqual(modules, { a: "parts/inner/a.ts", b: "b.ts", c: "other/c.ts" });
  });
});

describe("merging", () => {
  const files = {
    "manifest.json": {
      include: ["./inner/manifest.json", "./inner/manifest.json"],
      modules: { "*": "./main" },
      preload: ["main", "x"],
      config: { name: "outer", list: [1] },
      creation: { heap: { initial: 9000 }, stack: 700 },
      platforms: {
        sim: { config: { platform: "sim" }, modules: { part: "./sim-part" } },
        esp32: { config: { platform: "esp32" }, modules: { part: "./gone" } },
      },
    },
    "inner/manifest.json": {
      modules: { "inner/*": "./*" },
      preload: ["inner/a", "x"],
      config: { name: "inner", deep: { a: 1, b: 2 }, list: [1, 2, 3] },
      creation: { heap: { initial: 1, incremental: 64 }, keys: { initial: 50, incremental: 0 } },
      defines: { audio: { rate: 16000 } },
    },
    "inner/a.ts": "",
    "main.ts": "",
    "sim-part.ts": "",
  };

  it("reads what is included first; outer values win, lists are joined", () => {
    const { modules, preload, config, creation, defines } = read(files);
    assert.deepEqual(modules, { "inner/a": "inner/a.ts", main: "main.ts", part: "sim-part.ts" });
    assert.deepEqual(preload, ["inner/a", "x", "main"]);
    assert.deepEqual(config, { name: "outer", deep: { a: 1, b: 2 }, list: [1], platform: "sim" });
    assert.deepEqual(creation.heap, { initial: 9000, incremental: 64 });
    assert.deepEqual([creation.stack, creation.keys, creation.main], [700, { initial: 50, incremental: 0 }, "main"]);
    assert.deepEqual(defines, { audio: { rate: 16000 } });
  });

  it("lets the command line's config win", () => {
    assert.deepEqual(read(files, { config: { name: "mine", deep: { b: 3 } } }).config, {
      name: "mine",
      deep: { a: 1, b: 3 },
      list: [1],
      platform: "sim",
    });
  });

  it("takes a board's folder, whose modules win", () => {
    const { modules, config, preload } = read(
      {
        "manifest.json": {
          modules: { "*": "./main", board: "./default" },
          config: { a: "root" },
          preload: ["main"],
        },
        "main.ts": "",
        "default.ts": "",
        "boards/lamp/manifest.json": {
          modules: { board: "./board" },
          config: { a: "board", b: "board" },
          preload: ["board"],
        },
        "boards/lamp/board.ts": "",
      },
      { board: "boards/lamp" },
    );
    assert.deepEqual(modules, { board: "boards/lamp/board.ts", main: "main.ts" });
    assert.deepEqual(config, { a: "root", b: "board" });
    assert.deepEqual(preload, ["board", "main"]);
  });

  it("takes preload patterns for JavaScript only, as mcconfig does", () => {
    const { preload } = read({
      "manifest.json": { modules: { "*": ["./a", "./b"] }, preload: ["*"] },
      "a.ts": "",
      "b.js": "",
    });
    assert.deepEqual(preload, ["b"]);
  });
});

describe("sources of a package of npm", () => {
  it("may lie in the node_modules of a folder above, as npm puts them", () => {
    const { modules } = read({
      "manifest.json": { include: ["./node_modules/@xiaozhi/xs/manifest.json"] },
      "node_modules/@xiaozhi/xs/manifest.json": { modules: { "*": "./node_modules/opus/celt/*" } },
      "node_modules/opus/celt/bands.ts": "",
    });
    assert.deepEqual(modules, { bands: "node_modules/opus/celt/bands.ts" });
  });
});

describe("a bad manifest", () => {
  const cases: [what: string, manifest: unknown, message: RegExp][] = [
    ["no JSON", "{ nothing", /manifest\.json/],
    ["no object", "[]", /not an object/],
    ["a missing source", { modules: { a: "./gone" } }, /manifest\.json: modules\.a: no source matches: .*gone/],
    ["a missing folder", { modules: { "*": "./gone/*" } }, /modules\.\*: there is no folder/],
    ["an unknown variable", { modules: { a: "$(NOWHERE)/a" } }, /unknown variable NOWHERE.*"\$\(NOWHERE\)\/a"/],
    ["a missing include", { include: ["./gone.json"] }, /gone\.json/],
    ["modules that are no object", { modules: ["./a"] }, /manifest\.json: modules: not an object/],
    ["a source that is no path", { modules: { a: 5 } }, /modules\.a: .*5/],
    ["a preload that is no specifier", { preload: [5] }, /preload: not a specifier: 5/],
    ["a size that is none", { creation: { stack: "much" } }, /creation\.stack: not a size: "much"/],
  ];
  for (const [what, manifest, message] of cases) {
    it(`with ${what} names file, key and value`, () => {
      assert.throws(() => read({ "manifest.json": manifest }), { code: "manifest-invalid", message });
    });
  }

  it("that does not exist is named", () => {
    assert.throws(() => readManifest("/nowhere/manifest.json"), { code: "manifest-invalid", message: /nowhere/ });
  });
});
