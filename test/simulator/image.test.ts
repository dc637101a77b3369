import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Rig, rigOn, textBundle } from "./engine.ts";

const part = `
export const list: number[] = [1, 2];
export const names = Object.freeze({ short: "a", long: "a name of some length", deep: { list: ["b", 10n, /c/] } });
export class Counter { #n = 1; text = "n"; add() { this.#n++; return this.text + this.#n; } }
export const counter = new Counter();
let total = 0;
export const grow = () => { total++; list.push(total); return list.join(); };
export const make = (x: string) => () => ["made of", x, names.long].join(" ");
export const last = () => { const fs = []; for (let i = 0; i < 500; i++) fs.push(make(String(i))); return fs[499]!(); };
`;
const main = 'import * as m from "part"; globalThis.m = m;';

function flashed(sources: Record<string, string> = {}): () => Rig {
  const bundle = textBundle({ part, main, ...sources });
  const first = rigOn(bundle).machine;
  first.preload(["part"]);
  first.share();
  return () => {
    const made = rigOn(bundle, { budget: { slots: 8000, chunkBytes: 100_000 } });
    made.machine.import("main");
    made.machine.sealBaseline();
    return made;
  };
}

describe("machines of one image", () => {
  it("see what was preloaded, and only their own changes", () => {
    const create = flashed();
    const [one, other] = [create().machine, create().machine];
    assert.equal(one.eval("m.grow(), m.grow()"), "1,2,1,2");
    assert.equal(other.eval("m.grow()"), "1,2,1");
    assert.equal(one.eval("m.counter.text = 'x'; m.counter.add() + m.counter.add()"), "x2x3");
    assert.equal(other.eval("m.counter.add()"), "n2");
    assert.equal(create().machine.eval("m.list.join() + m.counter.add()"), "1,2n2");
  });

  it("keep it over collections", () => {
    const { machine } = flashed()();
    for (let n = 0; n < 20; n++) {
      assert.equal(machine.eval("m.last()"), "made of 499 a name of some length");
      machine.gc();
      const read = "m.names.short + m.names.long + m.names.deep.list.join()";
      assert.equal(machine.eval(read), "aa name of some lengthb,10,/c/");
    }
  });

  it("import variables as they are now; a namespace shows them as they were preloaded, as on the device", () => {
    const create = flashed({
      part: "export let x = 1; export const set = (v: number) => { x = v; };",
      main: 'import * as m from "part"; import { x } from "part"; globalThis.m = m; globalThis.now = () => x;',
    });
    assert.equal(create().machine.eval("m.set(4); [now(), m.x].join()"), "4,1");
  });

  it("hold little themselves", () => {
    const { slotsBaseline, chunkBaselineBytes } = flashed()().machine.stats;
    assert.ok(slotsBaseline < 200, `${slotsBaseline} slots`);
    assert.ok(chunkBaselineBytes < 2000, `${chunkBaselineBytes} bytes`);
  });

  it("outlive the one that made it, and each other", () => {
    const create = flashed();
    for (let n = 0; n < 100; n++) {
      const { machine } = create();
      assert.equal(machine.eval("m.grow()"), "1,2,1");
      machine.close();
    }
  });

  it("end alone", () => {
    const create = flashed({
      main: `${main} globalThis.fill = () => { for (let all; ; ) all = { all }; };`,
    });
    const [one, other] = [create(), create()];
    assert.throws(() => one.machine.eval("fill()"), { code: "out-of-slots" });
    assert.equal(one.aborts.length, 1);
    assert.equal(other.machine.eval("m.grow()"), "1,2,1");
  });

  it("name the places of preloaded code in stacks", () => {
    const create = flashed({ part: "\nexport const fail = () => { throw new Error('no'); };" });
    assert.throws(() => create().machine.eval("m.fail()"), /part\.ts:2|no/);
  });
});

describe("the machine that became an image", () => {
  it("is closed, and there is only one", () => {
    const bundle = textBundle({ part });
    const { machine } = rigOn(bundle);
    machine.preload(["part"]);
    machine.share();
    assert.equal(machine.isClosed, true);
    assert.ok(machine.stats.slots > 1000);
    assert.throws(() => machine.eval("1"), { code: "closed" });
    assert.throws(() => rigOn(bundle).machine.share(), TypeError);
  });
});
