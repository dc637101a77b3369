import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import fc from "fast-check";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { JitterBuffer } from "../../modules/audio/plain/jitter-buffer.ts";
import { buildEngineProgram, compileNativeHalf, ENGINE_CASES, MODES, PART_CASES, runCase } from "./engine-program.ts";

let program: string;
before(async () => {
  program = await buildEngineProgram();
});

for (const name of PART_CASES) test(`the engine's ${name}`, () => runCase(program, name));
// The slow tests play all modes, under each sanitizer.
const [mode] = MODES;
test(`the engine, ${mode}`, async (t) => {
  for (const name of ENGINE_CASES) await t.test(name, () => runCase(program, name, mode));
});

test("an unknown case is refused, so that no test passes for want of it", async () => {
  await assert.rejects(runCase(program, "no-such-case"), /no such case/);
});

type Order = { push: number; lost: number } | "take" | "complete" | "clear" | "counts";

/** What jitter-buffer.ts answers to the orders. */
function answersOf(orders: readonly Order[]): string[] {
  const buffer = new JitterBuffer();
  const answers: string[] = [];
  for (const order of orders) {
    if (typeof order === "object") {
      const packet = new Uint8Array(20 + (order.push % 300)).fill(order.push & 255);
      buffer.push(packet, order.push, order.lost);
    } else if (order === "take") {
      const next = buffer.take();
      if (next instanceof Uint8Array) answers.push(`${next.length} ${buffer.timestamp} ${next.at(-1)}`);
      else answers.push(next ?? "nothing");
    } else if (order === "complete") buffer.complete();
    else if (order === "clear") buffer.clear();
    else {
      const { received, late, concealed, dropped } = buffer.takeCounts();
      answers.push(`${buffer.length} ${received} ${late} ${concealed} ${dropped}`);
    }
  }
  return answers;
}

const orderLine = (order: Order): string => (typeof order === "object" ? `push ${order.push} ${order.lost}` : order);

async function nativeAnswers(orders: readonly Order[]): Promise<string[]> {
  const child = spawn(program, ["jitter"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(orders.map((order) => `${orderLine(order)}\n`).join(""));
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  return text.split("\n").slice(0, -1);
}

const anyOrder: fc.Arbitrary<Order> = fc.oneof(
  { arbitrary: fc.record({ push: fc.integer({ min: 1, max: 65_535 }), lost: fc.nat(5) }), weight: 4 },
  { arbitrary: fc.record({ push: fc.integer({ min: 1, max: 65_535 }), lost: fc.constant(0) }), weight: 8 },
  { arbitrary: fc.constant<Order>("take"), weight: 12 },
  { arbitrary: fc.constantFrom<Order>("complete", "clear", "counts"), weight: 2 },
);

test("the native jitter buffer answers as jitter-buffer.ts does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyOrder, { maxLength: 120 }), async (orders) => {
      assert.deepEqual(await nativeAnswers([...orders, "counts"]), answersOf([...orders, "counts"]));
    }),
    { numRuns: 60 },
  );
});

test("the half for XS compiles without a warning, and defines each function that engine.ts names", async () => {
  await compileNativeHalf();
  const native = readFileSync(join(root, "modules/audio/engine/engine-native.c"), "utf8");
  const defined = new Set([...nativeTable([native]).matchAll(/\{"(\w+)"/g)].map((match) => match[1]));
  const source = readFileSync(join(root, "modules/audio/engine/engine.ts"), "utf8");
  const named = [...source.matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1] as string);
  assert.ok(named.length > 15);
  assert.deepEqual(
    named.filter((name) => !defined.has(name)),
    [],
  );
});
