import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CHECKLIST } from "./checklist.ts";

const TESTS = join(import.meta.dirname, "..");

for (const { what, proofs } of CHECKLIST) {
  test(`is proven: ${what}`, () => {
    for (const [file, ...names] of proofs) {
      const source = readFileSync(join(TESTS, file), "utf8").replace(/\$\{[^}]*\}/g, "…");
      assert.ok(names.length > 0);
      for (const name of names) {
        const at = source.indexOf(name);
        assert.ok(at >= 0, `${file} has no test "${name}"`);
        assert.match(source.slice(source.lastIndexOf("test(", at), at), /^test\([`"](…[:,] )?$/);
      }
    }
  });
}
