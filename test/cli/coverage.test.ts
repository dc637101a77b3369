import assert from "node:assert/strict";
import { test } from "node:test";
import { countedLines } from "../../cli/coverage/counted-lines.ts";
import { coverageTable } from "../../cli/coverage/coverage-table.ts";
import { Coverage } from "../../simulator/coverage.ts";

const SOURCE = `import { a } from "./a.ts";
import {
  b,
} from "./b.ts";

/** What it does. */
export function c(): void {
  // Why.
  a();
}
`;

test("imports do not count, also those of several lines", () => {
  const ran = new Map([
    [1, 1],
    [2, 0],
    [7, 1],
    [9, 0],
  ]);
  assert.deepEqual(
    [...countedLines(SOURCE, ran)],
    [
      [7, 1],
      [9, 0],
    ],
  );
});

test("a file that nobody loaded counts with all its code as not run", () => {
  assert.deepEqual(
    [...countedLines(SOURCE, undefined)],
    [
      [7, 0],
      [9, 0],
    ],
  );
});

test("reports of several processes are added up, and the table says what is missing where", () => {
  const coverage = new Coverage();
  coverage.merge("SF:main.ts\nDA:1,1\nDA:2,0\nend_of_record\n");
  coverage.merge("SF:main.ts\nDA:1,2\nDA:2,0\nend_of_record\nSF:mcp/tool.ts\nDA:3,1\nDA:4,1\nend_of_record\n");
  assert.deepEqual(
    [...(coverage.linesOf("main.ts") ?? [])],
    [
      [1, 3],
      [2, 0],
    ],
  );
  const { text, percent } = coverageTable(coverage);
  assert.equal(percent, 75);
  const lines = text.split("\n").map((line) => line.trim().replace(/ +/g, " "));
  assert.deepEqual(lines, [
    "main.ts 1/2 50.0 %",
    "main.ts 1/2 50.0 % not run: 2",
    "mcp/ 2/2 100.0 %",
    "total 3/4 75.0 %",
  ]);
});
