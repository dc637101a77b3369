import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Coverage } from "../simulator/coverage.ts";
import { countedLines } from "./coverage/counted-lines.ts";
import { coverageTable } from "./coverage/coverage-table.ts";
import { ROOT } from "./process.ts";
import { runTests } from "./test.ts";

/** What runs on XS in the simulator; what is for one platform only does not. */
const SOURCES = ["main.ts", "protocol/**/*.ts", "modules/**/*.ts", "mcp/**/*.ts"];
const ONE_PLATFORM = /\/(linux|esp32)\//;

const TESTS = ["test/firmware/**/*.test.ts", "test/xs/*.test.ts"];

/** Percent of the lines. */
const LEAST = 90;

const PARTS = join(ROOT, ".build", "coverage");
const RESULT = join(ROOT, "coverage", "lcov.info");

/** What all processes of the tests have counted, for every source, loaded or not. */
function collect(): Coverage {
  const counted = new Coverage();
  for (const file of readdirSync(PARTS)) counted.merge(readFileSync(join(PARTS, file), "utf8"));
  const judged = new Coverage();
  for (const path of globSync(SOURCES, { cwd: ROOT })) {
    if (ONE_PLATFORM.test(path)) continue;
    const lines = countedLines(readFileSync(join(ROOT, path), "utf8"), counted.linesOf(path));
    for (const [line, count] of lines) judged.add([path, line, count]);
  }
  return judged;
}

/** `xiaozhi coverage`: the lines of the firmware that its tests run on XS. Fails below 90 %. */
export async function run(): Promise<number> {
  rmSync(PARTS, { recursive: true, force: true });
  mkdirSync(PARTS, { recursive: true });
  process.env["XIAOZHI_COVERAGE"] = PARTS;
  const files = globSync(TESTS, { cwd: ROOT }).sort();
  const status = await runTests(files, ["--test-timeout=120000", "--test-reporter=dot"]);
  if (status !== 0) return status;
  const coverage = collect();
  mkdirSync(join(ROOT, "coverage"), { recursive: true });
  writeFileSync(RESULT, coverage.lcov());
  const { text, percent } = coverageTable(coverage);
  console.log(`\nLines of the firmware that ran on XS\n${text}\n\nReport for tools: ${RESULT}`);
  if (percent >= LEAST) return 0;
  console.error(`coverage-low: expected at least ${LEAST} % of the lines, got ${percent.toFixed(1)} %`);
  return 1;
}
