import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { runOnXs } from "./portable.ts";

const ROOT = dirname(dirname(import.meta.dirname));

for (const file of globSync("test/protocol/*.test.ts", { cwd: ROOT }).sort()) {
  test(`on XS: ${file}`, async (context) => {
    const outcomes = runOnXs(file);
    assert.ok(outcomes.length > 0, "the file holds tests");
    for (const { name, error } of outcomes) await context.test(name, () => assert.equal(error, undefined));
  });
}
