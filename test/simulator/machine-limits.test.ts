import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SimulatorError } from "../../simulator/errors.ts";
import { creation, type RigOptions, rig, rigOn, textBundle } from "./engine.ts";

const hungry = `
import { call, register } from "host";
register({
  slots(): void { const all: object[] = []; for (;;) all.push({ x: 1 }); },
  chunks(): void { const all: object[] = []; for (;;) all.push(new Uint8Array(1000)); },
  recurse(): number { const deeper = (n: number): number => deeper(n + 1) + 1; return deeper(0); },
  nest(): string { let list: unknown[] = []; for (let i = 0; i < 100000; i++) list = [list]; return JSON.stringify(list); },
  loop(): void { for (;;); },
  keys(): void { const o: Record<string, number> = {}; for (let i = 0; i < 10000; i++) o["key" + i] = i; },
  job(): void { Promise.resolve().then(() => this.slots()); },
  churn(): number { let sum = 0; for (let i = 0; i < 20000; i++) sum += [i, { i }].length; return sum; },
  keep(count: number): void { (globalThis as any).kept = Array.from({ length: count }, () => ({})); },
  down(): unknown { try { return call("again"); } catch { return "caught"; } },
  well(): string { return "well"; },
});
`;
const bundle = textBundle({ main: hungry });
const budget = { slots: 2000, chunkBytes: 40_000 };

function sealed(options: RigOptions = {}) {
  const made = rigOn(bundle, { budget, ...options });
  made.machine.import("main");
  made.machine.sealBaseline();
  return made;
}

const ends: [method: string, code: string, options: RigOptions][] = [
  ["slots", "out-of-slots", { budget: { slots: 2000 } }],
  ["chunks", "out-of-chunks", {}],
  ["recurse", "stack-overflow", {}],
  ["nest", "stack-overflow", { budget: {}, creation: { ...creation, stack: 20_000 } }],
  ["loop", "too-much-computation", { meterLimit: 5_000_000 }],
  ["keys", "out-of-keys", { budget: {}, creation: { ...creation, keys: { initial: 100, incremental: 0 } } }],
  ["job", "out-of-slots", { budget: { slots: 2000 } }],
];

describe("a program that asks too much", () => {
  for (const [method, code, options] of ends) {
    it(`ends with ${code} (${method}), alone`, () => {
      const { machine, aborts } = sealed(options);
      const other = sealed().machine;
      let first: SimulatorError | undefined;
      assert.throws(
        () => machine.notify(1, method),
        (error: SimulatorError) => {
          first = error;
          return error.code === code;
        },
      );
      assert.throws(
        () => machine.notify(1, "well"),
        (error) => error === first,
      );
      assert.deepEqual(aborts, [first]);
      assert.match(first?.place ?? "", /main\.ts:\d+/);
      machine.close();
      assert.equal(other.notify(1, "well"), "well");
    });
  }

  it("ends also when a call of Node in between hides the inner failure", () => {
    const { machine, aborts } = sealed({
      budget: { slots: 2000 },
      call: (self) => {
        assert.throws(() => self.notify(1, "slots"), { code: "out-of-slots" });
        return "hidden";
      },
    });
    assert.throws(() => machine.notify(1, "down"), { code: "out-of-slots" });
    assert.equal(aborts.length, 1);
  });

  it("ends when calls between Node and the program nest without end", () => {
    const { machine } = sealed({
      budget: {},
      creation: { ...creation, stack: 100_000 },
      call: (self) => self.notify(1, "down"),
    });
    try {
      // Either the engine ends it or the program catches Node's own limit; the process must live on.
      machine.notify(1, "down");
    } catch (error) {
      assert.equal((error as SimulatorError).code, "stack-overflow");
    }
    assert.equal(sealed().machine.notify(1, "well"), "well");
  });
});

describe("sizes that do not even hold the engine", () => {
  it("are refused when the machine is made", () => {
    assert.throws(() => rigOn(bundle, { creation: { ...creation, stack: 0 } }), { code: "stack-overflow" });
  });
});

describe("the budget", () => {
  it("counts slots above the baseline exactly", () => {
    // An array of n objects holds n instances, and its own few slots.
    sealed({ budget: { slots: 2000 } }).machine.notify(1, "keep", 1900);
    assert.throws(() => sealed({ budget: { slots: 2000 } }).machine.notify(1, "keep", 2001), { code: "out-of-slots" });
  });

  it("lets a program use it again and again", () => {
    const { machine } = sealed();
    assert.equal(machine.notify(1, "churn"), 40_000);
    const { slotsPeakAboveBaseline, chunkPeakAboveBaselineBytes, collections } = machine.stats;
    assert.ok(slotsPeakAboveBaseline <= budget.slots, `${slotsPeakAboveBaseline} slots`);
    assert.ok(chunkPeakAboveBaselineBytes <= budget.chunkBytes + 1000, `${chunkPeakAboveBaselineBytes} bytes`);
    assert.ok(collections > 10);
  });

  it("is there for a single large buffer, but memory is not taken before it is needed", () => {
    const { machine } = sealed({ budget: { chunkBytes: 400_000 } });
    assert.ok(machine.stats.chunkReservedBytes < 150_000, `${machine.stats.chunkReservedBytes} bytes`);
    assert.equal(machine.eval("new ArrayBuffer(380_000).byteLength"), 380_000);
    assert.equal(machine.eval("new ArrayBuffer(390_000).byteLength"), 390_000);
    assert.throws(() => machine.eval("new ArrayBuffer(400_001)"), { code: "out-of-chunks" });
  });

  it("does not count what was there before", () => {
    const made = rigOn(bundle, { budget });
    made.machine.import("main");
    made.machine.notify(1, "keep", 10_000);
    made.machine.sealBaseline();
    assert.ok(made.machine.stats.slotsBaseline > 13_000);
    assert.equal(made.machine.notify(1, "churn"), 40_000);
  });

  it("without one leaves room for large programs", () => {
    const { machine } = rig({ main: hungry });
    machine.import("main");
    machine.notify(1, "keep", 300_000);
    assert.ok(machine.stats.slots > 300_000);
  });
});

describe("many machines", () => {
  it("share a process", () => {
    const machines = Array.from({ length: 1000 }, () => sealed().machine);
    for (const machine of machines) assert.equal(machine.notify(1, "well"), "well");
    for (const machine of machines) machine.close();
  });

  it("leave nothing behind when they end", () => {
    const cycle = (): void => {
      for (let round = 0; round < 250; round++) {
        const { machine } = sealed({ budget: { slots: 2000 } });
        assert.throws(() => machine.notify(1, "slots"));
        machine.close();
      }
    };
    cycle();
    const before = process.memoryUsage.rss();
    cycle();
    const grown = process.memoryUsage.rss() - before;
    // A machine has about 400 KB: were only one in ten kept, this would be 10 MB.
    assert.ok(grown < 10 * 1024 * 1024, `${grown} bytes more after 250 machines`);
  });
});
