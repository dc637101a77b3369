import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { WAKE_NATIVE } from "./engine-program.ts";
import { buildWakeProgram, compileWakeNative } from "./wake-net-program.ts";

let program: string;
before(async () => {
  program = await buildWakeProgram();
});

function run(failing: string, model = "nihaoxiaozhi"): string[] {
  return execFileSync(program, [failing, model], { encoding: "utf8" }).split("\n").slice(0, -1);
}

test("the detector hears while it listens, in the model's chunks, and begins anew after a stop", () => {
  const created = "create wn9_nihaoxiaozhi_tts";
  assert.deepEqual(run("nothing"), [created, "heard 0", "clean", "heard 1", "heard 1", "clean", "heard 2"]);
});

test("without a partition, a model of that name or memory there is no detector", () => {
  assert.deepEqual(run("partition"), ["not opened"]);
  assert.deepEqual(run("nothing", "alexa"), ["not opened"]);
  assert.deepEqual(run("create").at(-1), "not opened");
});

test("the half for XS compiles without a warning, and defines each function that wake-net.ts names", async () => {
  await compileWakeNative();
  const defined = [...nativeTable([readFileSync(WAKE_NATIVE, "utf8")]).matchAll(/\{"(\w+)"/g)].map((match) => match[1]);
  const source = readFileSync(join(root, "modules/hardware/esp-sr/esp32/wake-net.ts"), "utf8");
  const named = [...source.matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1]);
  assert.deepEqual(named.sort(), defined.sort());
});
