import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { AgentConfigs } from "../../../host-server/config/agent-config.ts";
import { updateConfig } from "../../../host-server/config/live.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { Config, ProviderTable } from "../../../host-server/config/schema.ts";

const provider = (name: string, settings: z.ZodObject) => ({ name, settings, create: () => undefined });
const voice = z.strictObject({
  voice: z.string().default("amy"),
  language: z.string().default("en"),
  speed: z.number().default(1),
});
const plain = z.strictObject({});
const providers: ProviderTable = {
  vad: [provider("ear", plain)],
  asr: [provider("words", z.strictObject({ language: z.string().default("en") }))],
  llm: [provider("brain", z.strictObject({ model: z.string().default("small") }))],
  tts: [provider("mouth", voice), provider("mute", plain)],
};

function load(file: object): Config {
  const env = Object.fromEntries(
    Object.entries(file).map(([key, value]) => [
      `XIAOZHI_${key.toUpperCase()}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  return loadConfig({ path: "no-such-file.yaml", env, providers }).config;
}

function configOf(settings: object, config = load({})): Config {
  return new AgentConfigs(providers).of(config, "x", settings as Record<string, unknown>);
}

test("an agent is the server's configuration with what differs", () => {
  const config = load({ prompt: "Be kind.", replacement_words: ["a|b"] });
  const agent = configOf(
    { tts: { mouth: { speed: 2 } }, replacement_words: ["c|d"], plugins: { get_time: false } },
    config,
  );
  assert.equal(agent.prompt, "Be kind.");
  assert.deepEqual(agent.tts, { use: "mouth", mouth: { voice: "amy", language: "en", speed: 2 } });
  assert.deepEqual(agent.replacement_words, ["c|d"]);
  assert.deepEqual(agent.plugins, { get_time: false });
  assert.deepEqual(config.tts["mouth"], { voice: "amy", language: "en", speed: 1 });
  assert.deepEqual(configOf({}, config), config);
});

test("language and voice reach those of the chosen parts that know them", () => {
  const agent = configOf({ language: "ja", voice: "hana" });
  assert.deepEqual(agent.tts["mouth"], { voice: "hana", language: "ja", speed: 1 });
  assert.deepEqual(agent.asr["words"], { language: "ja" });
  assert.match(agent.prompt, /\nSpeak Japanese\.$/);
  const own = configOf({ language: "ja", tts: { mouth: { language: "ko" } } });
  assert.equal((own.tts["mouth"] as { language: string }).language, "ko");
  assert.match(configOf({ language: "the language of birds" }).prompt, /Speak the language of birds\.$/);
});

test("everything that is wrong with agents and devices is named", () => {
  const agents = {
    one: { promt: "x", server: {}, device_max_output_size: "many" },
    two: { tts: { use: "mute" }, voice: "hana", language: 3 },
  };
  assert.throws(
    () => load({ agents, devices: { AA: { agent: "three" } } }),
    (error: Error) => {
      assert.deepEqual(error.message.split("\n"), [
        "config-invalid: agents.one.promt: unknown key",
        "config-invalid: agents.one.server: this key is the whole server's",
        'config-invalid: agents.one.device_max_output_size: expected number, got "many" (agent one)',
        "config-invalid: agents.two.language: expected string, got 3",
        'config-invalid: agents.two.voice: the chosen tts has no voices, got "hana"',
        'config-invalid: devices.aa.agent: there is no agent "three"',
      ]);
      return true;
    },
  );
});

test("agents and devices may change while the server runs", () => {
  const before = load({ agents: { one: { prompt: "1" } } });
  const after = load({ agents: { one: { prompt: "2" } }, devices: { AA: { agent: "one", alias: "Kitchen" } } });
  const { config, waiting } = updateConfig(before, after);
  assert.deepEqual(waiting, []);
  assert.deepEqual(
    [config.agents, config.devices],
    [{ one: { prompt: "2" } }, { aa: { agent: "one", alias: "Kitchen" } }],
  );
});
