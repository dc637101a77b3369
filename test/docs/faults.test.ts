import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../cli/process.ts";

test("every fault of the documentation has a test that is there", () => {
  const rows = readFileSync(join(ROOT, "docs/faults.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| what breaks"));
  assert.ok(rows.length >= 12);
  for (const row of rows) {
    const [, file = ""] = /\]\(([^)]+)\) \|$/.exec(row) ?? [];
    assert.ok(file !== "" && existsSync(join(ROOT, "docs", file)), row);
  }
});
