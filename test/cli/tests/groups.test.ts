import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { writeGroups } from "../../../cli/tests/groups.ts";

test("every file is in one group, of its own folder or of small ones of its area, by a path that leads to it", (context) => {
  const root = mkdtempSync(join(tmpdir(), "xiaozhi-groups-"));
  context.after(() => rmSync(root, { recursive: true }));
  const many = Array.from({ length: 19 }, (_, index) => `test/many/${index}.test.ts`);
  const files = [...many, "test/one.test.ts"];
  const small = ["a/1", "a/2", "a/3", "b/c/1", "1", "d/1", "d/2", "d/3", "d/e/1"].map(
    (name) => `test/area/${name}.test.ts`,
  );
  files.push(...small, "test/other/1.test.ts", "test/other/f/1.test.ts");
  const target = join(root, ".build", "tests");
  writeGroups(["test/gone/a.test.ts"], root, target);
  const groups = writeGroups(files, root, target);
  assert.deepEqual(groups.map((path) => path.slice(target.length + 1)).sort(), readdirSync(target).sort());
  const read = groups.map((path) =>
    Array.from(readFileSync(path, "utf8").matchAll(/import\("(.*)"\)/g), ([, at]) => resolve(target, at as string)),
  );
  assert.deepEqual(read.flat().sort(), files.map((file) => join(root, file)).sort());
  for (const group of read) {
    const places = group.map((file) => dirname(file).slice(root.length + 1));
    assert.equal(new Set(places.map((place) => place.split("/").slice(0, 2).join("/"))).size, 1, `${places}`);
    assert.ok(!places.includes("test/many") || new Set(places).size === 1);
    assert.ok(group.length <= 12, `${group.length} files`);
  }
  assert.deepEqual(
    read.map(({ length }) => length).sort((a, b) => a - b),
    [1, 2, 9, 9, 10],
  );
});
