import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptOften } from "../../bench/barge-in/run.ts";
import type { Scene } from "../../bench/barge-in/scenes.ts";

/** Tests that somebody interrupts a device well in this scene; more than two interruptions are for the bench. */
export function testScene(scene: Scene): void {
  test(`interrupted by ${scene.name}: silence at once, nothing of the old answer after it, and no echo taken for a voice`, async () => {
    const figures = await interruptOften(scene, 2);
    assert.equal(figures.interruptions, 2);
    assert.deepEqual([figures.missed, figures.self_interruptions, figures.leaks], [0, 0, 0]);
    // Virtual time: these do not depend on the machine.
    assert.ok(figures.decision_max_ms <= 80, `${figures.decision_max_ms} ms`);
    assert.ok(figures.onset_p50_ms <= 250, `${figures.onset_p50_ms} ms`);
  });
}
