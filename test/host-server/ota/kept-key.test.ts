import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keptKey } from "../../../host-server/ota/kept-key.ts";
import { weaknessOfKey } from "../../../host-server/ota/mqtt-credentials.ts";

const folder = mkdtempSync(join(tmpdir(), "key-"));
after(() => rmSync(folder, { recursive: true }));

test("a key is made once, is strong, and nobody else may read it", () => {
  const data = join(folder, "data");
  const key = keptKey(data);
  assert.equal(weaknessOfKey(key), undefined);
  assert.equal(keptKey(data), key);
  assert.equal(statSync(join(data, ".mqtt-key")).mode & 0o077, 0);
  assert.notEqual(keptKey(join(folder, "other")), key);
});

test("a key that cannot be kept is named", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  assert.throws(() => keptKey(file), { code: "config-unreadable", message: /\.mqtt-key/ });
});
