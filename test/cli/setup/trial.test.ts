import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { asrChanges, builtInChanges, llmChanges, ttsChanges } from "../../../cli/setup/changes.ts";
import { changedText } from "../../../cli/setup/config-file.ts";
import { likeness } from "../../../cli/setup/hearing.ts";
import { LANGUAGES, type Language } from "../../../cli/setup/languages.ts";
import { describeResults } from "../../../cli/setup/report.ts";
import { SERVICES } from "../../../cli/setup/services.ts";
import { tryStages } from "../../../cli/setup/trial.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { Config } from "../../../host-server/config/schema.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { providerContext } from "../../host-server/fakes/openai-server.ts";
import { KEY, startVoiceService } from "./voice-service.ts";

const CHINESE = LANGUAGES.find(({ code }) => code === "zh") as Language;

function configOf(t: TestContext, changes: Parameters<typeof changedText>[1]): Config {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-trial-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "config.yaml");
  writeFileSync(path, changedText("vad: { use: webrtc }\n", changes));
  return loadConfig({ path, env: {}, providers }).config;
}

function chosenAt(baseUrl: string, key: string) {
  const service = SERVICES.find(({ name }) => name === "other");
  assert.ok(service);
  return { service, baseUrl, key };
}

test("a Chinese voice is heard, noticed and heard back, and the model answers", async (t) => {
  const { url } = await startVoiceService(t);
  const chosen = chosenAt(url, KEY);
  const config = configOf(t, [
    ...llmChanges(chosen, "qwen-plus"),
    ...asrChanges(chosen, CHINESE),
    ...ttsChanges(chosen),
  ]);
  const { results, speech } = await tryStages(config, CHINESE, providerContext());
  assert.deepEqual(
    results.map(({ stage, isGood }) => [stage, isGood]),
    [
      ["tts", true],
      ["vad", true],
      ["asr", true],
      ["llm", true],
    ],
  );
  assert.equal(speech?.sampleRate, 24_000);
  const report = describeResults(results, CHINESE, [KEY]);
  assert.match(report, /✔ 识别 +\d+ ms {2}听到: “今天天气很好/);
  assert.match(report, /✔ 模型 +\d+ ms {2}“我是小智。”/);
});

test("each part that fails is named, without the key that the server repeats", async (t) => {
  const { url } = await startVoiceService(t);
  const wrong = "sk-wrong-key-123456";
  const chosen = chosenAt(url, wrong);
  const config = configOf(t, [...llmChanges(chosen, "m"), ...asrChanges(chosen, CHINESE), ...ttsChanges(chosen)]);
  const { results, speech } = await tryStages(config, CHINESE, providerContext());
  assert.equal(speech, undefined);
  const report = describeResults(results, CHINESE, [wrong]);
  assert.match(report, /✘ 声音 +http:\S+ refused the key/);
  assert.match(report, /✘ 模型/);
  assert.doesNotMatch(report, /sk-wrong/);
});

test("the speech that is built in is tried with what it can say", async (t) => {
  const { results } = await tryStages(configOf(t, builtInChanges("llm", "asr", "tts")), CHINESE, providerContext());
  assert.deepEqual(
    results.filter(({ isGood }) => !isGood),
    [],
  );
});

test("what was heard is like what was said when most of its letters are the same", () => {
  assert.equal(likeness("今天天气很好。", "今天天气很好"), 1);
  assert.equal(likeness("Good morning.", "good  MORNING"), 1);
  assert.ok(likeness("今天天气很好。", "今天天汽很好") > 0.8);
  assert.equal(likeness("Guten Tag", ""), 0);
  assert.equal(likeness("", ""), 0);
});
