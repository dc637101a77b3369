import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { JsonStore, MemoryStore, type SettingsStore } from "../../../simulator/device/settings-store.ts";
import { program, run } from "./program.ts";

const IMPORT = `import KeyValue from "embedded:storage/key-value";\n`;

test("values are read in the format in which they were written", async () => {
  const said = await run(`${IMPORT}export default () => {
    const store = KeyValue.open({ path: "wifi" });
    say([store.format, store.read("absent") === undefined]);
    store.write("bytes", new Uint8Array([1, 2, 3]));
    say([...new Uint8Array(store.read("bytes"))]);
    const view = new Uint8Array(5);
    say([store.read("bytes", view), ...view]);
    say(attempt(() => store.read("bytes", new Uint8Array(2))));
    store.format = "string";
    store.write("ssid", "家");
    say(store.read("ssid"));
    say(attempt(() => store.read("bytes")));
    for (const format of ["uint8", "int8", "uint16", "int16", "uint32", "int32"]) {
      store.format = format;
      store.write(format, -2);
      say(store.read(format));
    }
    store.format = "uint64";
    store.write("big", -1n);
    say(store.read("big").toString());
    say([...store]);
    store.delete("big");
    store.delete("big");
    say(store.read("big") === undefined);
    store.close();
    say(attempt(() => store.read("big")));
  };`);
  assert.deepEqual(said, [
    ["buffer", true],
    [1, 2, 3],
    [3, 1, 2, 3, 0, 0],
    "RangeError: buffer too small",
    "家",
    "TypeError: mismatch",
    254,
    -2,
    65534,
    -2,
    4294967294,
    -2,
    "18446744073709551615",
    ["bytes", "ssid", "uint8", "int8", "uint16", "int16", "uint32", "int32", "big"],
    true,
    "SyntaxError: C: xsGetHostChunk: invalid host data",
  ]);
});

test("what NVS refuses is refused", async () => {
  const said = await run(`${IMPORT}export default () => {
    say(attempt(() => KeyValue.open({})));
    say(attempt(() => KeyValue.open({ path: "" })));
    say(attempt(() => KeyValue.open({ path: "sixteen-letters!" })));
    say(attempt(() => KeyValue.open({ path: "a", mode: "w" })));
    say(attempt(() => KeyValue.open({ path: "a", format: "double" })));
    say(attempt(() => KeyValue.open({ path: "a", mode: "r" })));
    const store = KeyValue.open({ path: "a", format: "string" });
    say(attempt(() => store.write("sixteen-letters!", "x")));
    say(attempt(() => store.write("long", "x".repeat(4000))));
    store.write("fifteen-letters", "x".repeat(3999));
    const reader = KeyValue.open({ path: "a/", mode: "r", format: "string" });
    say(reader.read("fifteen-letters").length);
    say(attempt(() => reader.write("b", "c")));
    say(attempt(() => reader.delete("b")));
  };`);
  assert.deepEqual(said, [
    "Error: no path",
    "Error: invalid",
    "Error: ESP_ERR_NVS_INVALID_NAME",
    "Error: invalid mode",
    "RangeError: unsupported",
    "Error: ESP_ERR_NVS_NOT_FOUND",
    "Error: ESP_ERR_NVS_KEY_TOO_LONG",
    "Error: ESP_ERR_NVS_VALUE_TOO_LONG",
    3999,
    "Error: read-only",
    "Error: read-only",
  ]);
});

const COUNTER = `${IMPORT}export default () => {
  const store = KeyValue.open({ path: "counter", format: "uint32" });
  const starts = (store.read("starts") ?? 0) + 1;
  store.write("starts", starts);
  say(starts);
};`;

test("settings survive a restart, and a device with the same file finds them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  try {
    const file = join(folder, "deep", "device.json");
    const first = program(COUNTER, { store: new JsonStore(file) });
    first.device.start();
    first.device.restart();
    first.device.close();
    assert.deepEqual(first.said, [1, 2]);
    assert.deepEqual(await run(COUNTER, 0, { store: new JsonStore(file) }), [3]);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
      counter: { starts: { format: "uint32", value: 3 } },
    });
    writeFileSync(file, "[]");
    assert.throws(() => new JsonStore(file), { code: "store-invalid", message: /device\.json/ });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("both stores keep the same", () => {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  try {
    const name = fc.string({ minLength: 1, maxLength: 4 });
    const value = fc.oneof(
      fc.string().map((text) => ({ format: "string" as const, value: text })),
      fc.uint8Array({ maxLength: 9 }).map((bytes) => ({ format: "buffer" as const, value: bytes })),
      fc.integer().map((number) => ({ format: "int32" as const, value: number })),
    );
    const change = fc.tuple(name, name, fc.option(value));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.uuid(), (changes, id) => {
        const file = join(folder, `${id}.json`);
        const memory = new MemoryStore();
        const stores: SettingsStore[] = [memory, new JsonStore(file)];
        for (const store of stores) {
          for (const [path, key, stored] of changes) {
            if (stored) store.set(path, key, stored);
            else store.delete(path, key);
          }
        }
        const again = new JsonStore(file);
        for (const [path, key] of changes) assert.deepEqual(again.get(path, key), memory.get(path, key));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
