import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  MAX_ALARMS,
  MAX_LABEL_CHARACTERS,
  nextTimeOfDay,
  parseAlarms,
  timeOfDay,
} from "../../modules/alarms/alarm-list.ts";
import { isReal } from "../../modules/system/real-time.ts";

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 6, 1, 12, 0, 30);

test("the next time of day is in the future, within a day, in local time", () => {
  assert.equal(nextTimeOfDay("12:01", NOON, 0), Date.UTC(2026, 6, 1, 12, 1));
  assert.equal(nextTimeOfDay("12:00", NOON, 0), Date.UTC(2026, 6, 2, 12, 0), "already past: tomorrow");
  assert.equal(nextTimeOfDay("7:30", NOON, 480), Date.UTC(2026, 6, 1, 23, 30), "7:30 tomorrow in UTC+8");
  assert.equal(nextTimeOfDay("11:00", NOON, -90), Date.UTC(2026, 6, 1, 12, 30));
});

test("what is no time of day gives none", () => {
  for (const time of ["", "7", "24:00", "12:60", "1230", "12:5", "seven", "-1:00", " 7:30", "12:30:00"]) {
    assert.equal(nextTimeOfDay(time, NOON, 0), undefined, time);
  }
});

test("for any moment and offset the clock shows that time, at most a day later", () => {
  const inputs = fc.tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 1.7e12, max: 2e12 }),
    fc.integer({ min: -14 * 60, max: 14 * 60 }),
  );
  fc.assert(
    fc.property(inputs, ([hour, minute, now, offset]) => {
      const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      const at = nextTimeOfDay(time, now, offset) as number;
      assert.ok(at > now && at - now <= 24 * 60 * MINUTE_MS, `${at - now}`);
      assert.equal(timeOfDay(at, offset), time);
    }),
  );
});

test("stored alarms come back; damaged ones are left out", () => {
  const good = { id: 3, at: 5, kind: "timer", label: "tea" };
  const bad = [1, null, {}, { ...good, id: 0 }, { ...good, at: "5" }, { ...good, kind: "x" }, { ...good, label: 1 }];
  assert.deepEqual(parseAlarms(JSON.stringify([...bad, good])), [good]);
  for (const text of ["", "{", "{}", "7", "null"]) assert.deepEqual(parseAlarms(text), []);
  assert.equal(parseAlarms(JSON.stringify(Array(50).fill(good))).length, MAX_ALARMS);
});

test("any text is a list of whole alarms", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const { id, at, label } of parseAlarms(text)) {
        assert.ok(Number.isSafeInteger(id) && Number.isFinite(at) && label.length <= MAX_LABEL_CHARACTERS);
      }
    }),
  );
});

test("a clock that starts in 1970 is not real", () => {
  assert.equal(isReal(0), false);
  assert.equal(isReal(86_400_000 * 30), false);
  assert.equal(isReal(NOON), true);
});
