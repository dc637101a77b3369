import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextRound } from "node:timers/promises";
import { live } from "../../../cli/fleet/fleet.ts";
import { parseOptions } from "../../../cli/fleet/options.ts";
import { isHeard } from "../../../cli/fleet/report/timeline.ts";
import { judge } from "../../../cli/fleet/report/verdict.ts";

async function liveThrough(line: string) {
  const options = parseOptions(line.split(" ")) ?? assert.fail();
  const timeline = await live(options);
  const failed = judge(options.plan, timeline).filter(({ isPassed }) => !isPassed);
  return { timeline, failed };
}

test("a day of twelve devices passes: every turn that was heard is in the history, and half of them speak MQTT", async () => {
  const { timeline, failed } = await liveThrough("--count 12 --scenario day --turns 4 --threads 2");
  assert.deepEqual(failed, []);
  assert.equal(timeline.turns.length >= 40, true, `${timeline.turns.length} turns`);
  assert.ok(timeline.results.every(({ history }) => history?.lost === 0));
  assert.equal(
    timeline.results.reduce((sum, { history }) => sum + (history?.heard ?? 0), 0),
    timeline.turns.filter(isHeard).length,
  );
});

test("a storm of sixteen devices passes: all start at once, lose their server, come back, and ask at once", async () => {
  const { timeline, failed } = await liveThrough("--count 16 --scenario storm --threads 1");
  assert.deepEqual(failed, []);
  assert.equal(timeline.turns.filter(isHeard).length, 16);
});

test("Ctrl-C ends a fleet before its time: what was lived is told, and it has not passed", async () => {
  const before = process.listenerCount("SIGINT");
  const lived = liveThrough("--count 4 --scenario day --threads 2");
  while (process.listenerCount("SIGINT") === before) await nextRound();
  process.emit("SIGINT");
  const { timeline, failed } = await lived;
  assert.equal(timeline.results.length, 2);
  assert.equal(failed[0]?.name, "lived until it was stopped");
  assert.ok(timeline.reachedMs < 24 * 3_600_000);
  assert.equal(process.listenerCount("SIGINT"), before);
});
