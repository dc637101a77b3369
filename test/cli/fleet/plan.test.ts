import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FleetPlan, planLife } from "../../../cli/fleet/model/scenario.ts";
import { FleetUsageError, parseOptions } from "../../../cli/fleet/options.ts";

const DAY_MS = 86_400_000;
const day: FleetPlan = { scenario: "day", count: 1_000, seed: 7, ms: DAY_MS, turns: 8, transport: "mixed" };

test("the same seed plans the same life, and the number of devices does not change it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 1, max: 100_000 }), (seed, number) => {
      const life = planLife({ ...day, seed }, number);
      assert.deepEqual(planLife({ ...day, seed, count: 5 }, number), life);
      assert.equal(
        life.conversations.reduce((sum, { turns }) => sum + turns.length, 0),
        day.turns,
      );
      for (const { at } of life.conversations) assert.ok(at >= 0 && at <= DAY_MS, String(at));
      for (const { at } of life.weather.disturbances) assert.ok(at >= 0 && at < DAY_MS, String(at));
    }),
    { numRuns: 50 },
  );
});

test("people talk in the morning and in the evening, and hardly at night; a short day is the same in less time", () => {
  const hours = new Map<number, number>();
  for (let number = 1; number <= 500; number++) {
    const life = planLife(day, number);
    const short = planLife({ ...day, ms: DAY_MS / 100 }, number);
    for (const [n, { at }] of life.conversations.entries()) {
      assert.ok(Math.abs((short.conversations[n]?.at ?? 0) - at / 100) <= 1, String(at));
    }
    for (const { at } of life.conversations) {
      // The day begins at four.
      const hour = (4 + Math.floor(at / 3_600_000)) % 24;
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    }
  }
  const between = (from: number, to: number) =>
    [...hours].reduce((sum, [hour, count]) => sum + (hour >= from && hour < to ? count : 0), 0);
  assert.ok(between(6, 9) > 3 * between(11, 14), "morning");
  assert.ok(between(18, 21) > 3 * between(11, 14), "evening");
  assert.ok(between(0, 5) < between(11, 14), "night");
});

test("in a storm all start at once and ask at once; half of a mixed fleet speaks MQTT", () => {
  const lives = Array.from({ length: 100 }, (_, at) => planLife({ ...day, scenario: "storm", ms: 360_000 }, at + 1));
  assert.deepEqual(new Set(lives.map(({ startsAt }) => startsAt)), new Set([0]));
  const times = lives.flatMap(({ conversations }) => conversations.map(({ at }) => at));
  assert.equal(times.length, 100);
  assert.ok(Math.max(...times) - Math.min(...times) <= 5_000);
  assert.equal(lives.filter(({ transport }) => transport === "mqtt").length, 50);
});

test("what cannot be done is said with the option's name", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["--count 0", /^--count: expected a number from 1 to 100000, got "0"$/],
    ["--count 1.5", /^--count: expected a whole number, got "1.5"$/],
    ["--scenario nap", /^--scenario: expected day, storm, talk, idle, got "nap"$/],
    ["--minutes 0", /^--minutes: /],
    ["--server nowhere", /^--server: no address: "nowhere"$/],
    ["--light", /^--light needs --server$/],
    ["--transport pigeon", /^--transport: /],
  ];
  for (const [line, message] of wrong) {
    assert.throws(
      () => parseOptions(line.split(" ")),
      (error) => error instanceof FleetUsageError && message.test(error.message),
      line,
    );
  }
  assert.equal(parseOptions(["--help"]), undefined);
  const { plan, threads } = parseOptions(["--count", "1", "--scenario", "storm"]) ?? assert.fail();
  assert.deepEqual([plan.ms, plan.count, plan.turns, threads], [360_000, 1, 8, 1]);
});
