import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../../../host-server/config/load.ts";
import { modelsInUse, providerLabels } from "../../../../host-server/config/models-in-use.ts";
import { StageError } from "../../../../host-server/errors.ts";
import { Metrics } from "../../../../host-server/metrics.ts";
import { ProviderHealth } from "../../../../host-server/providers/chain/provider-health.ts";
import { TtsChain } from "../../../../host-server/providers/chain/tts-chain.ts";
import { providers } from "../../../../host-server/providers/registry.ts";
import { createStages } from "../../../../host-server/stages.ts";
import { createWorld } from "../../fakes/world.ts";
import { providerContext } from "../../fixtures/provider-context.ts";

function configOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "chain-"));
  try {
    const path = join(folder, "config.yaml");
    writeFileSync(path, text);
    return loadConfig({ path, env: {}, providers }).config;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a configuration names one provider, or several in their order", async () => {
  const config = configOf("tts: { use: [openai, flite], fallback_after: 2 }\nasr: { use: [soundswallower] }");
  assert.deepEqual(config.tts.use, ["openai", "flite"]);
  assert.deepEqual(modelsInUse(config), {
    vad: "silero",
    asr: "soundswallower",
    llm: "embedded",
    tts: "openai (gpt-4o-mini-tts at api.openai.com), else flite",
  });
  assert.equal(providerLabels(config).tts, "openai+flite");
  const stages = createStages(config, providerContext());
  assert.ok(stages.tts instanceof TtsChain);
  assert.deepEqual(
    stages.health?.map(({ stage, name }) => [stage, name]),
    [
      ["tts", "openai"],
      ["tts", "flite"],
    ],
  );
  assert.throws(() => configOf("tts: { use: [flite, nobody] }"), /tts\.use: expected one of "flite"\|"openai"/);
  assert.throws(() => configOf("tts: { use: [] }"), /tts\.use/);
  assert.throws(() => configOf("tts: { use: [flite, openai], openai: { voice: 1 } }"), /tts\.openai\.voice/);
});

test("figures show who is down", async () => {
  const health = new ProviderHealth({ stage: "tts", name: "openai", ...providerContext() });
  const none = () => 0;
  const metrics = new Metrics({
    sessions: none,
    speaking: none,
    encodedFrames: () => ({}),
    providers: {},
    health: [health],
  });
  assert.match(await metrics.text(), /xiaozhi_provider_up\{stage="tts",provider="openai"\} 1/);
  health.failed(new Error("down"));
  const text = await metrics.text();
  assert.match(text, /xiaozhi_provider_up\{stage="tts",provider="openai"\} 0/);
  assert.match(text, /xiaozhi_provider_failures_total\{stage="tts",provider="openai"\} 1/);
});

test("a turn is answered by the second voice when the first one is down", async () => {
  const world = createWorld({
    rounds: ["Good morning."],
    wrap: (own, clock) => {
      const { log } = providerContext();
      const down = {
        ...own.tts,
        // biome-ignore lint/correctness/useYield: it never comes so far
        speak: async function* () {
          throw new StageError("tts-down", "it is down");
        },
      };
      const members = [
        { stage: down, health: new ProviderHealth({ stage: "tts", name: "down", clock, log }) },
        { stage: own.tts, health: new ProviderHealth({ stage: "tts", name: "well", clock, log }) },
      ];
      return { ...own, tts: new TtsChain({ name: "tts", members, clock, patienceMs: 4_000 }) };
    },
  });
  const device = await world.connect();
  device.send({ type: "listen", state: "detect", text: "good morning" });
  await world.clock.advance(5_000);
  assert.equal(world.turns[0]?.said, "Good morning.");
  assert.notEqual(world.turns[0]?.stages.firstFrame, undefined, "it was heard");
  await world.server.stop();
});
