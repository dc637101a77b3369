import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { testProofs } from "../../proofs.ts";
import { CHECKS, TRACES } from "./checklist.ts";

const FOLDER = join(import.meta.dirname, "..");

test("every trace and every check has its entry", () => {
  const numbers = (list: typeof CHECKS) => list.map(({ what }) => what.split(" ")[0]);
  assert.deepEqual(
    numbers(TRACES),
    Array.from({ length: 13 }, (_, at) => `0.${at + 1}`),
  );
  assert.deepEqual(
    numbers(CHECKS),
    Array.from({ length: 25 }, (_, at) => `${at + 1}`),
  );
});

testProofs(TRACES, FOLDER);
testProofs(CHECKS, FOLDER);
