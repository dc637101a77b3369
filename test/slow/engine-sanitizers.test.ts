import { before, test } from "node:test";
import {
  buildEngineProgram,
  ENGINE_CASES,
  MODES,
  PART_CASES,
  runCase,
  type Sanitizer,
} from "../native/engine-program.ts";

const SANITIZERS: readonly Sanitizer[] = ["address", "thread"];

for (const sanitizer of SANITIZERS) {
  let program: string;
  before(async () => {
    program = await buildEngineProgram(sanitizer);
  });

  test(`the engine's parts under the ${sanitizer} sanitizer`, async (t) => {
    for (const name of PART_CASES) await t.test(name, () => runCase(program, name));
  });

  for (const mode of MODES) {
    test(`the engine under the ${sanitizer} sanitizer, ${mode}`, async (t) => {
      for (const name of ENGINE_CASES) await t.test(name, () => runCase(program, name, mode));
    });
  }
}
