import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptOften } from "../../bench/barge-in/run.ts";
import { SCENES } from "../../bench/barge-in/scenes.ts";

// The other rooms, and more than two interruptions, take long, and the bench plays them.
const tested = SCENES.filter(({ name }) => !name.includes(":") || /desk|distorting/.test(name));

for (const scene of tested) {
  test(`interrupted by ${scene.name}: silence at once, nothing of the old answer after it, and no echo taken for a voice`, async () => {
    const figures = await interruptOften(scene, 2);
    assert.equal(figures.interruptions, 2);
    assert.deepEqual([figures.missed, figures.self_interruptions, figures.leaks], [0, 0, 0]);
    // Virtual time: these do not depend on the machine.
    assert.ok(figures.decision_max_ms <= 80, `${figures.decision_max_ms} ms`);
    assert.ok(figures.onset_p50_ms <= 250, `${figures.onset_p50_ms} ms`);
  });
}
