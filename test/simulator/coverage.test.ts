import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Coverage } from "../../simulator/coverage.ts";
import { rigOn, textBundle } from "./engine.ts";

const bundle = textBundle({
  main: `import { register } from "host";
const text = "${"long ".repeat(100)}";
register({
  twice(n: number): number {
    if (n > 5) {
      return 0;
    }
    return 2 * n;
  },
});
`,
});

function run(coverage: Coverage, ...numbers: number[]): void {
  const { machine } = rigOn(bundle, { coverage });
  machine.import("main");
  for (const number of numbers) machine.notify(1, "twice", number);
  machine.close();
}

describe("line coverage", () => {
  it("counts the lines of all machines, those that never ran included", () => {
    const coverage = new Coverage();
    run(coverage, 1, 2);
    run(coverage, 3);
    const lines = coverage.linesOf("main.ts");
    assert.deepEqual([lines?.get(5), lines?.get(6), lines?.get(8)], [3, 0, 3]);
    assert.ok(!lines?.has(7));
    assert.match(coverage.lcov(), /SF:main\.ts\n[\s\S]*DA:5,3\nDA:6,0\n[\s\S]*DA:8,3\n[\s\S]*end_of_record/);
    run(coverage, 6);
    assert.equal(coverage.linesOf("main.ts")?.get(6), 1);
  });

  it("reads machines that still run when it collects, once", () => {
    const coverage = new Coverage();
    const { machine } = rigOn(bundle, { coverage });
    machine.import("main");
    machine.notify(1, "twice", 1);
    coverage.collect();
    machine.close();
    assert.equal(coverage.linesOf("main.ts")?.get(5), 1);
  });

  it("is off unless asked for", () => {
    const coverage = new Coverage();
    rigOn(bundle).machine.close();
    assert.equal(coverage.lcov(), "");
  });
});
