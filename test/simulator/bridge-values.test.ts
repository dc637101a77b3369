import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import type { Value } from "../../simulator/machine.ts";
import { rig, rigOn, textBundle } from "./engine.ts";

const program = `
import { call, register } from "host";
register({ echo(value: unknown): unknown { return call("echo", value); } });
`;

const echo = (_machine: unknown, _name: string, value: Value): Value => value;

/** Strings as UTF-8 can carry them; a NUL ends a string on XS, as on the device. */
const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\0", "").toWellFormed());

describe("values that cross the bridge four times", () => {
  const { machine } = rig({ main: program }, { call: echo });
  machine.import("main");
  machine.sealBaseline();

  it("stay what they are when plain", () => {
    const plain = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
    fc.assert(fc.property(plain, (value) => assert.ok(Object.is(machine.notify(1, "echo", value), value))));
  });

  it("stay what they are when bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        assert.deepEqual(new Uint8Array(machine.notify(1, "echo", bytes) as ArrayBuffer), bytes);
      }),
    );
  });

  it("stay what they are as JSON", () => {
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie("value")),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("value"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(fc.property(value, (json) => assert.deepEqual(machine.notify(1, "echo", json), json)));
  });

  it("leave nothing behind", () => {
    machine.gc();
    const before = machine.stats;
    for (let round = 0; round < 500; round++) machine.notify(1, "echo", { round, list: ["text", round] });
    machine.gc();
    assert.ok(machine.stats.slots - before.slots < 20);
    assert.ok(machine.stats.chunkBytes - before.chunkBytes < 1000);
  });
});

describe("machines that call each other through Node", () => {
  it("keep their clocks and their errors apart", () => {
    const bundle = textBundle({
      main: `import { call, register } from "host";
        register({ ask(depth: number): unknown { return [call("other", depth), Date.now()]; } });`,
    });
    const first = rigOn(bundle, {
      clock: { now: () => 1 },
      call: (_self, _name, depth) => (depth === 0 ? "end" : second.machine.notify(1, "ask", (depth as number) - 1)),
    });
    const second = rigOn(bundle, {
      clock: { now: () => 2 },
      call: (_self, _name, depth) => first.machine.notify(1, "ask", depth as number),
    });
    first.machine.import("main");
    second.machine.import("main");
    assert.deepEqual(first.machine.notify(1, "ask", 1), [[["end", 1], 2], 1]);
    second.machine.close();
    assert.throws(() => first.machine.notify(1, "ask", 1), { message: /closed/ });
    assert.equal(first.machine.eval("Date.now()"), 1);
  });
});

describe("a worker thread", () => {
  it("has machines of its own", async () => {
    const engine = new URL("./engine.ts", import.meta.url).href;
    const source = `const { rig } = await import(${JSON.stringify(engine)});
      const { parentPort } = await import("node:worker_threads");
      const { machine } = rig({ main: "globalThis.sum = [1, 2, 3].reduce((a, b) => a + b);" });
      machine.import("main");
      parentPort.postMessage(machine.eval("sum"));`;
    const worker = new Worker(source, { eval: true });
    const { machine } = rig({ main: "" });
    const sum = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    assert.equal(sum, 6);
    assert.equal(machine.eval("1 + 1"), 2);
    await worker.terminate();
  });
});
