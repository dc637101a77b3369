import assert from "node:assert/strict";
import { test } from "node:test";
import { percentile } from "../../bench/figures.ts";
import { stolenFigures } from "../../bench/machine/stolen.ts";
import { ticksIn } from "../../bench/machine/ticks.ts";
import { OtherServer } from "../../bench/talkers/other-server.ts";
import { spentIn } from "../../bench/talkers/profile.ts";

const frame = (functionName: string, url = "") => ({
  functionName,
  url,
  scriptId: "0",
  lineNumber: 0,
  columnNumber: 0,
});

test("a profile tells each function's own share of the time in which something was done", () => {
  const nodes = [
    { id: 1, callFrame: frame("(root)"), children: [2, 3, 4, 5] },
    { id: 2, callFrame: frame("(idle)") },
    { id: 3, callFrame: frame("encode", "file:///a/audio/opus.ts") },
    { id: 4, callFrame: frame("", "node:net") },
    { id: 5, callFrame: frame("encode", "file:///a/audio/opus.ts"), children: [6] },
    { id: 6, callFrame: frame("") },
  ];
  const profile = { nodes, startTime: 0, endTime: 100, samples: [2, 3, 4, 5, 6], timeDeltas: [50, 20, 10, 10, 10] };
  const spent = spentIn(profile, 2).map(({ where, share }) => [where, share.toFixed(2)]);
  assert.deepEqual(spent, [
    ["encode audio/opus.ts", "0.60"],
    ["(unnamed) node:net", "0.20"],
  ]);
  assert.equal(spentIn(profile, 3)[2]?.where, "native code of encode audio/opus.ts");
  assert.deepEqual(spentIn({ nodes, startTime: 0, endTime: 0 }, 2), []);
});

test("the CPU of a process that is no part of the bench is told by Linux", {
  skip: process.platform !== "linux",
}, async () => {
  const other = new OtherServer("ws://127.0.0.1:8000/", process.pid);
  const before = await other.usage();
  const own = process.cpuUsage();
  while (process.cpuUsage(own).user < 60_000);
  const after = await other.usage();
  assert.ok(after.cpuMicroseconds - before.cpuMicroseconds >= 40_000, "in steps of 10 ms");
  assert.ok(after.rssBytes > 10_000_000);
  assert.throws(() => new OtherServer("ws://127.0.0.1:8000/", 4_194_304), /no process 4194304/);
});

test("a percentile is a value that was there; there is none of nothing", () => {
  assert.equal(percentile([3, 1, 2], 0.5), 2);
  assert.equal(percentile([3, 1, 2], 1), 3);
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

test("what the host of a virtual machine takes is told by Linux, and is no work of guests twice", () => {
  const stat = "cpu  100 1 20 800 5 2 3 69 40 7\ncpu0 50 1 10 400 3 1 1 34 20 3\n";
  assert.deepEqual(ticksIn(stat), { all: 1000, busy: 126, stolen: 69 });
  // A kernel from before there were guests.
  assert.deepEqual(ticksIn("cpu 100 0 20 800"), { all: 920, busy: 120, stolen: 0 });
  assert.deepEqual(stolenFigures(Number.NaN), []);
  assert.equal(stolenFigures(6.91)[0]?.value, "6.9");
});
