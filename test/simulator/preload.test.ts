import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rig, rigOn, textBundle } from "./engine.ts";

/** Preloads one module and then runs a script with its exports in `m`: in the same machine, or in one made from it. */
function preloaded(source: string, script: string, isShared = false): unknown {
  const bundle = textBundle({ part: source, main: `import * as m from "part"; globalThis.m = m;` });
  let { machine } = rigOn(bundle);
  machine.preload(["part"]);
  if (isShared) {
    machine.share();
    machine = rigOn(bundle).machine;
  }
  machine.import("main");
  return machine.eval(`"use strict"; ${script}`);
}

for (const isShared of [false, true]) {
  describe(isShared ? "in a preloaded module of an image" : "in a preloaded module", () => {
    const allowed: [what: string, source: string, script: string, result: unknown][] = [
      ["variables can change", "let x = 1; export function next() { x++; return x; }", "m.next() + m.next()", 5],
      [
        "exported variables can change",
        "export let x = 1; export const set = (v: number) => { x = v; }; export const read = () => x;",
        "m.set(4); m.read()",
        4,
      ],
      ["lists can grow", "export const list: number[] = [];", "m.list.push(1, 2); m.list.length", 2],
      ["plain objects can grow", "export const o: any = { a: 1 };", "m.o.a = 2; m.o.b = 3; m.o.a + m.o.b", 5],
      [
        "instances can change",
        "class C { #n = 1; f = 1; add() { this.#n++; return this.#n; } } export const c: any = new C();",
        "c = m.c; c.f = 5; c.extra = 1; c.add() + c.f + c.extra",
        8,
      ],
      [
        "static lists can grow",
        "export class C { static list: number[] = []; }",
        "m.C.list.push(1); m.C.list.length",
        1,
      ],
      ["the date is known", "export const at = Date.now();", "m.at", 1000],
      ["regular expressions work", "export const r = /a(b)/;", "m.r.exec('xab')[1]", "b"],
      ["generators can be declared", "export function* g() { yield 3; }", "m.g().next().value", 3],
      [
        "a resolved promise can be awaited",
        "export const p = Promise.resolve(1);",
        "typeof m.p.then(() => 1)",
        "object",
      ],
      ["a Map can be read", "export const map = new Map([[1, 2]]);", "m.map.get(1)", 2],
      [
        "error classes can have fields",
        `export class E extends Error { override name = "E"; code = "c"; }`,
        "e = new m.E('x'); e.name + e.code + e.message",
        "Ecx",
      ],
      [
        "what functions make later is free",
        "let map: Map<number, number> | undefined; export function put() { map ??= new Map(); map.set(1, 1); return map.size; }",
        "m.put()",
        1,
      ],
    ];
    for (const [what, source, script, result] of allowed) {
      it(what, () => {
        assert.equal(preloaded(source, `let c, e; ${script}`, isShared), result);
      });
    }

    const refused: [what: string, source: string, script: string][] = [
      ["a Map", "export const map = new Map();", "m.map.set(1, 1)"],
      ["a Set", "export const set = new Set();", "m.set.add(1)"],
      ["a WeakMap", "export const map = new WeakMap();", "m.map.set({}, 1)"],
      ["a typed array", "export const bytes = new Uint8Array(4);", "m.bytes[0] = 1"],
      ["a buffer", "export const buffer = new ArrayBuffer(4);", "new Uint8Array(m.buffer)[0] = 1"],
      ["a static field", "export class C { static count = 0; }", "m.C.count++"],
      ["a private static field", "export class C { static #n = 0; static add() { C.#n++; } }", "m.C.add()"],
      ["a function", "export function f() {}", "m.f.extra = 1"],
      ["a prototype", "export class C {}", "m.C.prototype.extra = 1"],
      ["a method", "export class C { run() {} }", "m.C.prototype.run = () => {}"],
      [
        "a variable that held a function",
        "export let f = () => 1; export const set = () => { f = () => 2; };",
        "m.set()",
      ],
      ["the place of a global search", "export const r = /a/g;", "m.r.exec('aa')"],
      [
        "a frozen object's private field",
        "class C { #n = 1; add() { this.#n++; } } export const c = Object.freeze(new C());",
        "m.c.add()",
      ],
    ];
    for (const [what, source, script] of refused) {
      it(`${what} cannot be written`, () => {
        assert.throws(() => preloaded(source, script, isShared), { name: "TypeError" });
      });
    }
  });

  describe(isShared ? "the language's own objects of an image" : "the language's own objects", () => {
    const refused: [what: string, script: string][] = [
      ["prototypes cannot be extended", "Array.prototype.extra = 1"],
      ["Math cannot be extended", "Math.extra = 1"],
      ["constructors cannot be changed", "Promise.all = null"],
      ["an inherited name cannot be assigned", "({}).toString = 1"],
      [
        "the name of an error cannot be assigned",
        "class E extends Error { constructor() { super(); this.name = 'E'; } } new E()",
      ],
      ["iterator prototypes cannot be changed", "Object.getPrototypeOf([][Symbol.iterator]()).next = null"],
    ];
    for (const [what, script] of refused) {
      it(what, () => {
        assert.throws(() => preloaded("", script, isShared), { name: "TypeError" });
      });
    }

    it("leave the global object open", () => {
      assert.equal(preloaded("", "globalThis.extra = 3; globalThis.extra", isShared), 3);
    });

    it("still do all their work", () => {
      const script = `let order = []; for (const x of new Set([2, 1])) order.push(x);
      JSON.stringify([order.sort(), [..."ab"].map((c) => c.toUpperCase()), new Date(0).getTime(), parseInt("7")])`;
      assert.equal(preloaded("", script, isShared), `[[1,2],["A","B"],0,7]`);
    });
  });
}

describe("what the device cannot keep in flash", () => {
  const refused: [what: string, source: string, name: RegExp][] = [
    [
      "a generator that has begun",
      "function* g() { yield 1; yield 2; } export const it = g(); it.next();",
      /generator/,
    ],
    ["a SharedArrayBuffer", "export const shared = new SharedArrayBuffer(8);", /SharedArrayBuffer/],
  ];
  for (const [what, source, name] of refused) {
    it(`ends the phase: ${what}`, () => {
      assert.throws(() => preloaded(source, ""), { code: "preload", message: name });
    });
  }

  it("does not include a generator that is gone", () => {
    const source = "function* g() { yield 1; } export const list = [...g()];";
    assert.equal(preloaded(source, "m.list.length"), 1);
  });
});

describe("native code while preloading", () => {
  const calls: [what: string, source: string, name: RegExp][] = [
    ["a native function", `native("xs_opus_decoder").call({});`, /xs_opus_decoder/],
    ["a native class", `class D extends Native("xs_opus_decoder_destructor") {}\nnew D();`, /native class/],
    ["the host", `import { call } from "host";\ncall("time");`, /"time"/],
    ["a registration", `import { register } from "host";\nregister({});`, /register/],
  ];
  for (const [what, source, name] of calls) {
    it(`ends the phase at ${what}, naming module and place`, () => {
      const { machine } = rig({ first: `import "./part.ts";`, part: source });
      assert.throws(
        () => machine.preload(["first"]),
        (error: Error & { code: string }) => {
          assert.equal(error.code, "preload");
          assert.match(error.message, name);
          assert.match(error.message, /module "first"[\s\S]*part\.ts:\d/);
          return true;
        },
      );
    });
  }

  it("cannot be hidden by a catch", () => {
    const { machine } = rig({ part: `try { native("xs_opus_decoder").call({}); } catch {}` });
    assert.throws(() => machine.preload(["part"]), { code: "preload" });
  });

  it("may be declared, and works afterwards", () => {
    const { machine } = rig({
      part: `const decode = native("xs_opus_decoder_decode");
        export class D extends Native("xs_opus_decoder_destructor") { decode(x: unknown) { return decode.call(this, x); } }`,
      main: `import { D } from "part"; globalThis.D = D;`,
    });
    machine.preload(["part"]);
    machine.import("main");
    assert.throws(() => machine.eval("new D().decode(new ArrayBuffer(1))"), { message: /closed/ });
  });
});
