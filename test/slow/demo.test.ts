import assert from "node:assert/strict";
import { test } from "node:test";
import { playDemo } from "../../cli/demo/play.ts";

for (const way of ["mqtt", "gateway"] as const) {
  test(`the whole conversation goes right by ${way}, by the device's sound, its settings and its tools`, async () => {
    const results = await playDemo({ way });
    assert.equal(results.length, 6);
    assert.deepEqual(
      results.filter(({ faults }) => faults.length > 0).map(({ act, faults }) => [act.title, faults]),
      [],
    );
  });
}
