import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadResult } from "../../../cli/fleet/crew/messages.ts";
import { renderReport } from "../../../cli/fleet/report/page.ts";
import { describeProgress } from "../../../cli/fleet/report/progress-line.ts";
import { Timeline } from "../../../cli/fleet/report/timeline.ts";
import { judge } from "../../../cli/fleet/report/verdict.ts";
import type { FleetTurn } from "../../../cli/fleet/world/inhabitant.ts";

const plan = { scenario: "day", count: 2, seed: 3, ms: 288_000, turns: 8, transport: "mixed" } as const;
const result: ThreadResult = {
  thread: 0,
  history: { heard: 99, lost: 0, lostTurns: [], misheard: 0, shortDevices: 0, rows: 200 },
  neverReady: 0,
  readyMs: [900, 1_000],
  crashes: 0,
  grownSlots: [3],
  secondHalf: { grownBytes: 1_000, turns: 50, rssBytes: [5e8, 6e8] },
  databaseBytes: 5,
};

function turn(at: number, changes: Partial<FleetTurn> = {}): FleetTurn {
  const usual = { words: "hello", outcome: "answered", firstSoundMs: 800, gaps: 0, isDisturbed: false } as const;
  return { device: "02:00", at, endedAt: at + 3_000, ...usual, ...changes };
}

function lived(turns: readonly FleetTurn[], changes: Partial<ThreadResult> = {}): Timeline {
  const timeline = new Timeline(plan.ms, () => 7);
  for (const one of turns) timeline.addTurn(one);
  timeline.addResult({ ...result, ...changes });
  return timeline;
}

function failed(timeline: Timeline): string[] {
  return judge(plan, timeline).flatMap(({ name, isPassed }) => (isPassed ? [] : [name]));
}

test("a good day passes; each thing that goes wrong fails its own check", () => {
  const good = Array.from({ length: 100 }, (_, n) => turn(n * 1_000));
  assert.deepEqual(failed(lived(good)), []);
  const unanswered = turn(0, { outcome: "no-answer" });
  assert.deepEqual(failed(lived([...good, unanswered, unanswered])), [
    "turns answered, where the network was in order",
  ]);
  assert.deepEqual(failed(lived([...good, ...Array(9).fill({ ...unanswered, isDisturbed: true })])), []);
  assert.deepEqual(failed(lived(good.map((one) => ({ ...one, firstSoundMs: 2_500 })))), [
    "from the last word to the first sound, p95 ms",
  ]);
  assert.deepEqual(failed(lived([...good, turn(1, { gaps: 3 })])), ["gaps in a hundred answers"]);
  const lostTurns = [{ device: "02:00:00:00:00:07", at: 45_296_000, words: "what time is it" }];
  const history = { heard: 99, lost: 1, lostTurns, misheard: 0, shortDevices: 1, rows: 9 };
  assert.deepEqual(failed(lived(good, { history })), [
    "turns that the history lacks",
    "devices with fewer questions there than were answered",
  ]);
  const lacking = judge(plan, lived(good, { history })).find(({ name }) => name.startsWith("turns that the history"));
  assert.equal(lacking?.value, '1 of 99: 02:00:00:00:00:07 at 12:34:56 "what time is it"');
  assert.deepEqual(failed(lived(good, { crashes: 1, neverReady: 1 })), [
    "devices that were never ready",
    "devices that crashed",
  ]);
  assert.deepEqual(
    failed(lived(good, { grownSlots: [500], secondHalf: { grownBytes: 9e7, turns: 900, rssBytes: [1, 1] } })),
    ["slots that a device's heap grew by, median", "bytes kept by servers and devices' sockets for each turn"],
  );
});

test("memory of the process is judged for many devices, between half-time and the end", () => {
  const many = { ...plan, count: 1_000 };
  const grown = (bytes: number) => {
    const timeline = lived([], { secondHalf: { grownBytes: 0, turns: 900, rssBytes: [1e9, 1e9 + bytes] } });
    return judge(many, timeline).find(({ name }) => name.startsWith("KiB"));
  };
  assert.deepEqual([grown(1e8)?.value, grown(1e8)?.isPassed, grown(4e8)?.isPassed], ["98", true, false]);
});

test("a fleet that was stopped says how far it came, and has not passed", () => {
  const timeline = lived([turn(1_000)]);
  timeline.addTick({ thread: 0, at: 120_000, sessions: 0, ready: 2, heapBytes: 0, cpuMs: 0 });
  timeline.isStopped = true;
  assert.deepEqual(judge(plan, timeline)[0], {
    name: "lived until it was stopped",
    value: "00:02:00",
    limit: "≥ 00:04:48",
    isPassed: false,
  });
  assert.doesNotThrow(() => renderReport({ plan, how: "", tookMs: 1, checks: [] }, timeline));
});

test("what threads tell adds up by time, and the slowest says how far all are", () => {
  const timeline = lived([turn(1_500, { outcome: "silent", gaps: 2 })]);
  const tick = { sessions: 2, ready: 5, heapBytes: 10, cpuMs: 100 };
  timeline.addTick({ ...tick, thread: 0, at: 1_000 });
  timeline.addTick({ ...tick, thread: 0, at: 2_000, cpuMs: 180 });
  timeline.addTick({ ...tick, thread: 1, at: 1_000, cpuMs: 50 });
  // A second look within the same stretch replaces the first.
  timeline.addTick({ ...tick, thread: 0, at: 1_900, ready: 6, cpuMs: 180 });
  const { firstSoundMs, ...second } = timeline.stretches[1] ?? assert.fail();
  assert.deepEqual(second, {
    at: 2_000,
    turns: 1,
    failed: 1,
    gaps: 2,
    sessions: 2,
    ready: 6,
    heapBytes: 10,
    rssBytes: 7,
    cpuMs: 80,
  });
  assert.deepEqual([timeline.stretches[0]?.ready, timeline.reachedMs, timeline.now("ready")], [10, 1_000, 11]);
  assert.equal(
    describeProgress(timeline, false),
    "00:00:01  11 ready, 1 turns, 1 without an answer, first sound 800 ms",
  );
});

test("the report is one page that needs no other, and says what was measured", () => {
  const timeline = lived([turn(1_000)]);
  const checks = judge(plan, timeline);
  const page = renderReport({ plan, how: "All <real>.", tookMs: 5_000, checks }, timeline);
  assert.doesNotMatch(page, /(src|href)=|@import|https?:\/\/(?!www\.w3\.org)[a-z]+\.[a-z]+\/[^ ]*\.(js|css)/);
  assert.match(page, /All &#60;real&#62;\./);
  assert.match(
    page,
    /<td>turns that the history lacks<\/td><td>0 of 99<\/td><td>≤ 0<\/td><td class="good">passed<\/td>/,
  );
  const data = JSON.parse(/id="data">(.*)<\/script>/.exec(page)?.[1] ?? "");
  assert.equal(data.hours.length, 288);
  for (const { lines } of data.plots) for (const { values } of lines) assert.equal(values.length, 288);
});
