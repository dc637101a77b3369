import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { writeGroups } from "../../../cli/tests/groups.ts";

test("every file is in one group, of its own folder, by a path that leads to it", (context) => {
  const root = mkdtempSync(join(tmpdir(), "xiaozhi-groups-"));
  context.after(() => rmSync(root, { recursive: true }));
  const many = Array.from({ length: 19 }, (_, index) => `test/many/${index}.test.ts`);
  const files = [...many, "test/one/a.test.ts", "test/one.test.ts"];
  const target = join(root, ".build", "tests");
  writeGroups(["test/gone/a.test.ts"], root, target);
  const groups = writeGroups(files, root, target);
  assert.deepEqual(groups.map((path) => path.slice(target.length + 1)).sort(), readdirSync(target).sort());
  const read = groups.map((path) =>
    Array.from(readFileSync(path, "utf8").matchAll(/import\("(.*)"\)/g), ([, at]) => resolve(target, at as string)),
  );
  assert.deepEqual(read.flat().sort(), files.map((file) => join(root, file)).sort());
  for (const group of read) {
    assert.equal(new Set(group.map(dirname)).size, 1);
    assert.ok(group.length <= 8, `${group.length} files`);
  }
});
