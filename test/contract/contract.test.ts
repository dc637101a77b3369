import assert from "node:assert/strict";
import { test } from "node:test";
import { runSimulated } from "./simulated.ts";
import { NAMES, readTrace } from "./traces.ts";

for (const name of NAMES) {
  test(`${name}: the twin does what the SDK was recorded doing`, async () => {
    assert.deepEqual(await runSimulated(name), readTrace(name));
  });
}
