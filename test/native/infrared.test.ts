import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { nec } from "../../modules/parts/infrared/ir-code.ts";
import { buildInfraredProgram, compileInfraredNative, INFRARED_NATIVE } from "./infrared-program.ts";

let program: string;
before(async () => {
  program = await buildInfraredProgram();
});

function send(durations: readonly number[], failing = "nothing"): string[] {
  const text = execFileSync(program, [failing, ...durations.map(String)], { encoding: "utf8" });
  return text.split("\n").slice(0, -1);
}

const marked = (durations: readonly number[]) =>
  durations.map((us, at) => `${us}${at % 2 === 0 ? "+" : "-"}`).join(" ");

test("a key is sent as light and darkness in turn, and once it is over nothing of it is left", () => {
  const { durations } = nec(0x04, 0x08);
  const once = ["carrier 38000", `sent ${marked(durations)}`, "result 0"];
  assert.deepEqual(send(durations), ["channel pin=4 hz=1000000", ...once, ...once, "left open 0"]);
});

test("one duration, an even number of them, and one that is too long for the hardware", () => {
  assert.equal(send([500])[2], "sent 500+");
  assert.equal(send([500, 600])[2], "sent 500+ 600-");
  assert.equal(send([65_535, 1])[2], "sent 32767+ 1-");
});

test("what the hardware refuses is told, and nothing stays open", () => {
  for (const failing of ["channel", "encoder", "enable"]) {
    assert.deepEqual(send([500], failing).slice(-2), ["not opened", "left open 0"], failing);
  }
  assert.ok(send([500], "wait").includes("result 2"));
  for (const failing of ["carrier", "transmit"]) assert.ok(send([500], failing).includes("result 3"), failing);
});

test("the half for XS compiles without a warning, and defines each function that infrared-led.ts names", async () => {
  await compileInfraredNative();
  const defined = [...nativeTable([readFileSync(INFRARED_NATIVE, "utf8")]).matchAll(/\{"(\w+)"/g)].map(
    (match) => match[1],
  );
  const source = readFileSync(join(root, "modules/parts/infrared/esp32/infrared-led.ts"), "utf8");
  const named = [...source.matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1]);
  assert.deepEqual(named.sort(), defined.sort());
});
