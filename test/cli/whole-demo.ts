import assert from "node:assert/strict";
import { test } from "node:test";
import { type PlayOptions, playDemo } from "../../cli/demo/play.ts";

/** Tests that every act of the demonstration goes right over this way. */
export function testWholeDemo(way: NonNullable<PlayOptions["way"]>): void {
  test(`the conversation goes right by ${way}, by the device's sound, its settings and its tools`, async () => {
    const results = await playDemo({ way });
    assert.equal(results.length, 6);
    assert.deepEqual(
      results.filter(({ faults }) => faults.length > 0).map(({ act, faults }) => [act.title, faults]),
      [],
    );
  });
}
