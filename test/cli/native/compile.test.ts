import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { compileTargets, type LinkTarget } from "../../../cli/native/compile.ts";

const folder = mkdtempSync(join(tmpdir(), "compile-"));
after(() => rmSync(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);

/** Each build is a process of its own in real life; files may change between them. */
async function build(target: LinkTarget, compiler?: string): Promise<string[]> {
  const steps: string[] = [];
  await compileTargets(path("objects"), [target], {
    onProgress: (_done, _total, what) => steps.push(what),
    ...(compiler === undefined ? {} : { compiler }),
  });
  return steps.sort();
}

function target(name: string, ...sources: string[]): LinkTarget {
  const units = sources.map((source) => ({ source: path(source), flags: [`-I${folder}`, "-fPIC"] }));
  return { output: path(name), units, libraries: [] };
}

describe("compiling", () => {
  writeFileSync(path("number.h"), "#define NUMBER 1\n");
  writeFileSync(path("one.c"), '#include "number.h"\nint one(void) { return NUMBER; }\n');
  writeFileSync(path("two.c"), "int two(void) { return 2; }\n");
  const both = target("both.so", "one.c", "two.c");

  it("builds all the first time and nothing the second", async () => {
    assert.deepEqual(await build(both), ["both.so", "one.c", "two.c"]);
    assert.ok(existsSync(path("both.so")));
    assert.deepEqual(await build(both), []);
  });

  it("builds again what a header or the flags change, and going back costs nothing", async () => {
    writeFileSync(path("number.h"), "#define NUMBER 12\n");
    assert.deepEqual(await build(both), ["both.so", "one.c"]);
    const [first, second] = both.units;
    const changed = { ...both, units: [first!, { ...second!, flags: [...second!.flags, "-DX"] }] };
    assert.deepEqual(await build(changed), ["both.so", "two.c"]);
    assert.deepEqual(await build(both), ["both.so"]);
  });

  it("builds again when a source or the library is gone", async () => {
    rmSync(path("both.so"));
    assert.deepEqual(await build(both), ["both.so"]);
    assert.deepEqual(await build({ ...both, units: both.units.slice(0, 1) }), ["both.so"]);
  });

  it("says which file does not compile, with the compiler's words", async () => {
    writeFileSync(path("bad.c"), "int bad(void) { return nothing; }\n");
    await assert.rejects(build(target("bad.so", "bad.c")), { code: "compile-failed", message: /bad\.c[\s\S]*nothing/ });
    assert.ok(!existsSync(path("bad.so")));
  });

  it("says what to install when there is no compiler", async () => {
    writeFileSync(path("three.c"), "int three(void) { return 3; }\n");
    const missing = build(target("three.so", "three.c"), "no-such-compiler");
    await assert.rejects(missing, { code: "compiler-missing", message: /apt install gcc/ });
  });
});
