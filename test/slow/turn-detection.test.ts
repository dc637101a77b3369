import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSentences } from "../../bench/embedded/sentences.ts";
import { generateSet } from "../../bench/turn-detection/generate.ts";
import { commonTools } from "../../bench/turn-detection/tools.ts";
import { measure } from "../../bench/turn-detection.ts";
import { synthesize } from "../../host-server/providers/tts/flite-voice.ts";

const slt = { name: "slt", share: 1, speak: async (text: string) => (await synthesize(text, "slt")).pcm };

test("a generated set is read back and measured: whole sentences end, beginnings stay open", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-turns-"));
  const sentences = readSentences().filter(({ parts }) =>
    /^(dim the screen|what time is it|set the volume to eighty)$/.test(parts.join(" ")),
  );
  assert.equal(await generateSet(folder, sentences, [slt]), 5);
  const score = await measure(folder, { tools: commonTools, patienceMs: 700, isListed: false });
  context.diagnostic(JSON.stringify(score));
  assert.deepEqual([score.recordings, score.complete, score.incomplete], [5, 4, 1]);
  assert.ok(score.accuracy_percent >= 80 && score.false_cut_off_percent <= 20);
  assert.ok(score.latency_p50_ms > 0 && score.latency_p50_ms < 700);
  await rm(folder, { recursive: true });
});
