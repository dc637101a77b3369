import { globSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./build.ts";
import { run as check } from "./check.ts";
import { ROOT, runProgram } from "./process.ts";
import { writeGroups } from "./tests/groups.ts";

const SLOW = "test/slow/";
const GROUPS = join(ROOT, ".build", "tests");

/** As many files at once as the smallest machine of this project has cores. */
const CONCURRENCY = 2;
/** Some of the quick ones wait for real time, and leave room for another. */
const QUICK_CONCURRENCY = 3;

function testFiles(isWanted: (file: string) => boolean): string[] {
  return globSync("test/**/*.test.ts", { cwd: ROOT }).filter(isWanted).sort();
}

/** Runs these test files, and gives the exit status. */
export function runTests(
  files: readonly string[],
  options: readonly string[],
  concurrency = CONCURRENCY,
): Promise<number> {
  const flags = ["--disable-warning=ExperimentalWarning", "--test", `--test-concurrency=${concurrency}`];
  return runProgram(process.execPath, [...flags, ...options, ...files]);
}

/** `xiaozhi test [file…]`: the named files, each in a process of its own, or the gate and every quick test. */
export async function run(args: string[]): Promise<number> {
  if (args.length === 0) {
    const status = await check();
    if (status !== 0) return status;
  }
  await ensureBuilt();
  const files =
    args.length > 0
      ? args
      : writeGroups(
          testFiles((file) => !file.startsWith(SLOW)),
          ROOT,
          GROUPS,
        );
  return runTests(files, ["--test-timeout=120000"], QUICK_CONCURRENCY);
}

/** `xiaozhi test-slow`: soaks, and what needs more than the quick tests may use. */
export async function runSlow(args: string[]): Promise<number> {
  return runTests(args.length > 0 ? args : testFiles((file) => file.startsWith(SLOW)), ["--test-timeout=1200000"]);
}

/** `npm run fuzz`: changed inputs for whatever reads what others send. */
export async function runFuzz(args: string[]): Promise<number> {
  return runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", "test/fuzz/main.ts", ...args]);
}
