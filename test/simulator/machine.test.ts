import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scriptOfFile } from "../../simulator/bundle/script-text.ts";
import { createBundle } from "../../simulator/bundle.ts";
import { XsError } from "../../simulator/errors.ts";
import type { Value } from "../../simulator/machine.ts";
import { rig, rigOn, textBundle } from "./engine.ts";

const echo = `
import { call, register, release } from "host";
const target = {
  echo(value: unknown): unknown { return value; },
  kind(value: unknown): string { return Object.prototype.toString.call(value); },
  bytes(value: ArrayBuffer): number[] { return [...new Uint8Array(value)]; },
  ask(...values: unknown[]): unknown { return call("ask", ...values); },
  askView(): unknown { return call("ask", new Int16Array([1, -2]).subarray(1)); },
  caught(): string { try { call("ask"); return "none"; } catch (e) { return (e as Error).name + "|" + (e as Error).message; } },
  fail(): void {
    throw new RangeError("no such thing");
  },
  end(): void { release(1); },
  later(): void { Promise.resolve().then(() => call("ask", "later")); },
  reject(): void { Promise.reject(new Error("nobody listens")); },
};
register(target);
`;

describe("values on the bridge", () => {
  let asked: Value[] = [];
  const { machine } = rig(
    { main: echo },
    {
      call: (_machine, _name, ...args) => {
        asked = args;
        return args[0];
      },
    },
  );
  machine.import("main");

  const same: Value[] = [undefined, null, true, 0, -0, 7, -2147483648, 2 ** 40, 1.5, NaN, "", "héllo 你好 😀"];
  for (const value of same) {
    it(`keeps ${Object.is(value, -0) ? "-0" : JSON.stringify(value)} both ways`, () => {
      assert.ok(Object.is(machine.notify(1, "echo", value), value));
      assert.ok(Object.is(machine.notify(1, "ask", value), value));
      assert.ok(Object.is(asked[0], value));
    });
  }

  it("copies bytes, and only those of a view", () => {
    const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
    const copy = machine.notify(1, "echo", bytes) as ArrayBuffer;
    assert.deepEqual([...new Uint8Array(copy)], [1, 2, 3]);
    bytes[0] = 77;
    assert.deepEqual(machine.notify(1, "bytes", new DataView(bytes.buffer, 1, 2)), [77, 2]);
    assert.equal(machine.notify(1, "kind", new ArrayBuffer(0)), "[object ArrayBuffer]");
  });

  it("gives views of any element size to Node as bytes", () => {
    machine.notify(1, "askView");
    assert.deepEqual([...new Int16Array(asked[0] as ArrayBuffer)], [-2]);
  });

  it("sends other objects as JSON", () => {
    const value = { list: [1, "two", null], inner: { three: 3 } };
    assert.deepEqual(machine.notify(1, "echo", value), value);
    assert.deepEqual(machine.notify(1, "ask", value, "more"), value);
    assert.deepEqual(asked, [value, "more"]);
  });

  it("refuses more arguments than the bridge takes, on both sides", () => {
    const many = Array.from({ length: 17 }, (_, index) => index);
    assert.throws(() => machine.notify(1, "echo", ...many), RangeError);
    assert.throws(() => machine.eval(`hostCall("ask", ${many.join(",")})`), XsError);
  });
});

describe("errors", () => {
  it("of the program reach Node with name, message and TypeScript lines", () => {
    const { machine } = rig({ main: echo });
    machine.import("main");
    assert.throws(
      () => machine.notify(1, "fail"),
      (error: XsError) => {
        assert.ok(error instanceof XsError);
        assert.equal(error.name, "RangeError");
        assert.equal(error.message, "no such thing");
        assert.match(error.xsStack, /fail \(main\.ts:11\)/);
        return true;
      },
    );
  });

  it("of Node reach the program with name and message, however long", () => {
    const message = "long ".repeat(100);
    const { machine } = rig(
      { main: echo },
      {
        call: () => {
          throw new TypeError(message);
        },
      },
    );
    machine.import("main");
    assert.equal(machine.notify(1, "caught"), `TypeError|${message}`);
    assert.throws(() => machine.notify(1, "ask"), { name: "TypeError", message });
  });

  it("that no one catches are logged, and the machine goes on", () => {
    const { machine, logs } = rig({ main: echo });
    machine.import("main");
    machine.notify(1, "reject");
    assert.equal(logs[0]?.level, "error");
    assert.match(logs[0]?.text ?? "", /nobody listens[\s\S]*main\.ts:15/);
    assert.equal(machine.stats.unhandledErrors, 1);
    assert.equal(machine.notify(1, "echo", 1), 1);
  });

  it("that cannot be shown as text do no harm", () => {
    const { machine } = rig({ main: "" });
    assert.throws(() => machine.eval("throw { get stack() { throw 1 }, toString() { throw 2 } }"), XsError);
    assert.throws(() => machine.eval("throw null"), XsError);
    assert.equal(machine.eval("1 + 1"), 2);
  });
});

describe("modules", () => {
  it("resolve relative specifiers against the importer's, with and without suffix", () => {
    const { machine } = rig({
      main: `import { b } from "./modules/a/b.ts"; globalThis.result = b;`,
      "modules/a/b": `import { c } from "../c.ts"; import { d } from "./d"; export const b = c + d;`,
      "modules/c": "export const c = 1;",
      "modules/a/d": "export const d = 2;",
    });
    machine.import("main");
    assert.equal(machine.eval("result"), 3);
  });

  it("that are missing name importer and specifier", () => {
    const { machine } = rig({ main: `import "./a.ts";`, a: `import "timer";` });
    assert.throws(() => machine.import("main"), {
      code: "module-missing",
      message: /module "timer" not found, imported by "a"/,
    });
    assert.throws(() => machine.import("other"), { code: "module-missing", message: /"other" not found/ });
  });

  it("with a syntax error name file and line", () => {
    const source = "\n\nconst x = 1;\nreturn x;\n";
    assert.throws(() => rig({ main: source }), { code: "module-invalid", message: /main\.ts/ });
    const parts = { directory: ".", modules: new Map(), config: {} };
    const { machine } = rigOn(createBundle(parts, {}, [{ specifier: "main", source, path: "main.js" }]));
    assert.throws(() => machine.import("main"), { name: "SyntaxError", message: /main\.js:4/ });
  });

  it("of files are made anew when the file has changed, and only then", () => {
    const path = "of-files.ts";
    assert.equal(scriptOfFile("let a: number = 1;", path), "let a         = 1;");
    assert.equal(scriptOfFile("let a: number = 2;", path), "let a         = 2;");
    assert.equal(scriptOfFile("let a: number = 1;", path), "let a         = 1;");
    assert.throws(() => scriptOfFile("enum A { B }", path), { code: "module-invalid", message: /of-files\.ts/ });
    assert.equal(scriptOfFile("let a: number = 1;", "a.js"), "let a: number = 1;");
  });

  it("that throw while loading show where", () => {
    const { machine } = rig({
      main: `import "./deep.ts";`,
      deep: "\nconst load = (): never => { throw new Error('top'); };\n\nload();",
    });
    assert.throws(() => machine.import("main"), { message: "top", xsStack: /deep\.ts:2[\s\S]*deep\.ts:4/ });
  });

  it("that await at their top level go on later, and say when that fails", () => {
    const { machine, logs } = rig({
      main: `import { register } from "host";
        await new Promise((resolve, reject) => register({ resolve, reject }));
        trace("awake");`,
      slow: `import { register } from "host";
        await new Promise((resolve, reject) => register({ resolve, reject() { reject(new Error("too late")); } }));`,
    });
    machine.import("main");
    assert.equal(logs.length, 0);
    machine.notify(1, "resolve");
    assert.equal(logs[0]?.text, "awake");
    machine.import("slow");
    machine.notify(2, "reject");
    assert.match(logs[1]?.text ?? "", /too late/);
  });

  it("see a frozen mc/config", () => {
    const bundle = textBundle(
      { main: `import config from "mc/config"; globalThis.config = config;` },
      { name: "x", deep: { list: [1] } },
    );
    const { machine } = rigOn(bundle);
    machine.import("main");
    assert.deepEqual(machine.eval("config"), { name: "x", deep: { list: [1] } });
    assert.throws(() => machine.eval("'use strict'; config.deep.list[0] = 2"), { name: "TypeError" });
  });

  it("are parsed once for all machines of a bundle", () => {
    const bundle = textBundle({ main: `export const list = ${JSON.stringify(Array(200).fill("word"))};` });
    const first = rigOn(bundle).machine;
    first.import("main");
    const second = rigOn(bundle).machine;
    second.import("main");
    assert.ok(first.stats.parserPeakBytes > 0);
    assert.equal(second.stats.parserPeakBytes, 0);
  });
});

describe("calls between Node and the program", () => {
  it("nest", () => {
    const source = `import { call, register } from "host";
      register({ down(n: number): number { return n === 0 ? 0 : 1 + call<number>("down", n); } });`;
    const { machine } = rig({ main: source }, { call: (self, _name, n) => self.notify(1, "down", (n as number) - 1) });
    machine.import("main");
    assert.equal(machine.notify(1, "down", 8), 8);
  });

  it("end quietly when the object was released", () => {
    const { machine } = rig({ main: echo });
    machine.import("main");
    machine.notify(1, "end");
    assert.equal(machine.notify(1, "echo", 5), undefined);
    assert.equal(machine.notify(99, "echo", 5), undefined);
  });

  it("are followed by all promise jobs before the outermost returns", () => {
    const seen: Value[] = [];
    const { machine } = rig({ main: echo }, { call: (_machine, _name, value) => seen.push(value) });
    machine.import("main");
    machine.notify(1, "later");
    assert.deepEqual(seen, ["later"]);
  });

  it("name the method that is missing", () => {
    const { machine } = rig({ main: echo });
    machine.import("main");
    assert.throws(() => machine.notify(1, "nothing"), { name: "TypeError", message: /no method nothing/ });
  });
});

describe("time and chance", () => {
  it("follow the clock and its offset", () => {
    let now = 5000;
    const { machine } = rig({ main: "" }, { clock: { now: () => now } });
    assert.equal(machine.eval("Date.now()"), 5000);
    now = 6000;
    machine.setClockOffset(-500);
    assert.equal(machine.eval("Date.now()"), 5500);
    assert.equal(machine.eval("new Date().toISOString()"), "1970-01-01T00:00:05.500Z");
  });

  it("have their own offset from UTC, whatever the host's zone", () => {
    const { machine } = rig({ main: "" }, { clock: { now: () => Date.UTC(2030, 0, 1, 23, 30) } });
    assert.equal(machine.eval("new Date().getHours()"), 23);
    machine.setUtcOffset(8 * 3600);
    assert.equal(machine.eval("new Date().getHours() * 100 + new Date().getDate()"), 702);
    assert.equal(machine.eval("new Date(2030, 0, 2, 7, 30).getTime()"), Date.UTC(2030, 0, 1, 23, 30));
  });

  it("repeat with the seed, for each machine alone", () => {
    const bundle = textBundle({});
    const draw = (seed: number): Value => rigOn(bundle, { seed }).machine.eval("[1, 2, 3].map(() => Math.random())");
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
  });
});

describe("closing", () => {
  it("ends a machine for good", () => {
    const { machine } = rig({ main: echo });
    let cancelled = 0;
    machine.onClose(() => {
      cancelled += 1;
    });
    machine.import("main");
    machine.close();
    machine.close();
    assert.equal(cancelled, 1);
    assert.throws(() => machine.notify(1, "echo"), { code: "closed" });
    assert.throws(() => machine.eval("1"), { code: "closed" });
    assert.ok(machine.stats.slots > 0);
  });

  it("stops a program that asked for it right there", () => {
    const seen: Value[] = [];
    const { machine, aborts } = rig(
      { main: `import { call } from "host"; try { call("restart"); } finally { call("after"); }` },
      {
        call: (self, name) => {
          seen.push(name);
          if (name === "restart") self.close();
        },
      },
    );
    assert.throws(() => machine.import("main"), { code: "closed" });
    assert.deepEqual(seen, ["restart"]);
    assert.equal(aborts.length, 0);
    assert.ok(machine.isClosed);
  });
});
