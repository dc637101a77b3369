import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/**
 * One demand, and the tests that prove it: a file, and how the test's name reads, with … for what differs from one to
 * the next.
 */
export interface Demand {
  readonly what: string;
  readonly proofs: readonly (readonly [file: string, ...names: readonly string[]])[];
}

/** Fails for a demand whose proof was renamed or lost; files are in `folder`. */
export function testProofs(checklist: readonly Demand[], folder: string): void {
  for (const { what, proofs } of checklist) {
    test(`is proven: ${what}`, () => {
      assert.ok(proofs.length > 0);
      for (const [file, ...names] of proofs) {
        const source = readFileSync(join(folder, file), "utf8")
          .replace(/\$\{[^}]*\}/g, "…")
          .replaceAll("\\`", "`");
        assert.ok(names.length > 0);
        for (const name of names) {
          const at = source.indexOf(name);
          assert.ok(at >= 0, `${file} has no test "${name}"`);
          assert.match(source.slice(source.lastIndexOf("test(", at), at), /^test\(["`](…[:,] )?$/);
        }
      }
    });
  }
}
