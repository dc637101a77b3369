import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Labelled, parseLine, readSet, SetError } from "../../bench/turn-detection/labelled-set.ts";
import { outcomeOf, scoreOf } from "../../bench/turn-detection/score.ts";

test("a set is a manifest, a file of lines, or two folders", async () => {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-turns-"));
  await mkdir(join(folder, "complete"));
  await writeFile(join(folder, "complete", "a.wav"), "");
  assert.deepEqual(await readSet(folder), [
    { file: join(folder, "complete", "a.wav"), isComplete: true, endMs: undefined },
  ]);
  const lines = [
    '{"audio":"a.wav","label":"incomplete"}',
    "",
    '{"path":"/b.wav","endpoint_bool":true}',
    '{"file":"c.wav","end_s":1.5}',
  ];
  await writeFile(join(folder, "set.jsonl"), lines.join("\n"));
  assert.deepEqual(await readSet(join(folder, "set.jsonl")), [
    { file: join(folder, "a.wav"), isComplete: false, endMs: undefined },
    { file: "/b.wav", isComplete: true, endMs: undefined },
    { file: join(folder, "c.wav"), isComplete: true, endMs: 1_500 },
  ]);
  await rm(folder, { recursive: true });
  await assert.rejects(readSet(folder), SetError);
});

test("whatever a line says, it is a recording or refused with its place", () => {
  const fields = fc.record(
    {
      audio: fc.jsonValue(),
      label: fc.oneof(fc.constant("complete"), fc.jsonValue()),
      end_ms: fc.jsonValue(),
      end_s: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fields.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (line) => {
        try {
          const { file, endMs } = parseLine(line, "set.jsonl:3", "/folder");
          assert.ok(file.startsWith("/") && (endMs === undefined || endMs >= 0));
        } catch (error) {
          assert.ok(error instanceof SetError && error.message.startsWith("set.jsonl:3: "), String(error));
        }
      },
    ),
  );
});

test("early decisions cut off, late ones miss, and an open beginning is right", () => {
  const at = (isComplete: boolean, ...times: number[]) => {
    const labelled: Labelled = { file: "a.wav", isComplete, endMs: 1_000 };
    return outcomeOf(
      labelled,
      new Int16Array(0),
      times.map((atMs) => ({ atMs, words: "x" })),
      700,
    );
  };
  const score = scoreOf([
    at(true, 1_250),
    at(true, 400, 1_300),
    at(true, 1_900),
    at(true),
    at(false),
    at(false, 1_400),
    at(false, 1_900),
    at(false, 500),
  ]);
  assert.deepEqual(score, {
    recordings: 8,
    complete: 4,
    incomplete: 4,
    accuracy_percent: 37.5,
    precision_percent: 33.3,
    recall_percent: 25,
    f1_percent: 28.6,
    false_cut_off_percent: 37.5,
    latency_p50_ms: 250,
    latency_p95_ms: 250,
  });
});
