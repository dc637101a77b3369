import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { AgentConfigs } from "../../../host-server/config/agent-config.ts";
import { updateConfig } from "../../../host-server/config/live.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { Config, ProviderTable } from "../../../host-server/config/schema.ts";
import type { StoredModel } from "../../../host-server/config/stored-config.ts";

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

const model = (id: string, more: Partial<StoredModel> = {}): StoredModel => ({
  ...{ id, name: `Model ${id}`, stage: "tts", provider: "mouth", settings: { voice: id } },
  isPreferred: false,
  isEnabled: true,
  ...more,
});

test("an agent names models of the database, with settings of their own", () => {
  const models = [model("hana"), model("off", { isEnabled: false }), model("brain", { stage: "llm" })];
  const configs = new AgentConfigs(providers, (id) => models.find((one) => one.id === id));
  const config = load({ tts_mouth_speed: 2 });
  const of = (settings: Record<string, unknown>) => configs.of(config, "x", settings).tts["mouth"];
  assert.deepEqual(of({ models: { tts: "hana" } }), { voice: "hana", language: "en", speed: 1 });
  assert.deepEqual(of({ models: { tts: "hana" }, tts: { mouth: { speed: 3 } }, voice: "own" }), {
    voice: "own",
    language: "en",
    speed: 3,
  });
  for (const [given, reason] of [
    [{ tts: "none" }, 'agents.x.models.tts: there is no model "none"'],
    [{ tts: "off" }, 'agents.x.models.tts: model "Model off" is switched off'],
    [{ tts: "brain" }, 'agents.x.models.tts: model "Model brain" is one for llm'],
    [{ ears: "hana" }, "agents.x.models.ears: expected an id for one of vad, asr, llm, tts"],
    ["hana", 'agents.x.models: expected ids by stage, got "hana"'],
  ] as const) {
    assert.throws(
      () => of({ models: given }),
      (error: Error) => error.message.includes(reason),
    );
  }
  assert.deepEqual(configOf({ models: { tts: "hana" } }, config).tts["mouth"], {
    voice: "amy",
    language: "en",
    speed: 2,
  });
});

test("the database lies over the file, and under the environment", () => {
  const parameters = [
    { key: "server.port", value: "9000" },
    { key: "server.http_port", value: "1" },
    { key: "prompt", value: "123" },
    { key: "plugins.get_weather.default_location", value: "Berlin" },
    { key: "exit_commands", value: '["bye"]' },
    { key: "log.log_level", value: "WARNING" },
    { key: "log.transcripts", value: "" },
    { key: "database.url", value: "postgresql://elsewhere" },
  ];
  const stored = { parameters, models: [model("hana", { isPreferred: true }), model("amy")] };
  const env = { XIAOZHI_SERVER_HTTP_PORT: "9002", XIAOZHI_TTS_USE: "mute" };
  const { config, warnings } = loadConfig({ path: "no-such-file.yaml", env, providers, stored });
  const { server, prompt, plugins, exit_commands, log, database, tts } = config;
  assert.deepEqual([server.port, server.http_port, prompt, exit_commands], [9000, 9002, "123", ["bye"]]);
  assert.deepEqual([plugins["get_weather"], log.level, database.url], [{ default_location: "Berlin" }, "warn", ""]);
  assert.equal(tts.use, "mute");
  assert.deepEqual(warnings, []);
  const { config: other } = loadConfig({ path: "no-such-file.yaml", env: {}, providers, stored });
  assert.deepEqual([other.tts.use, other.tts["mouth"]], ["mouth", { voice: "hana", language: "en", speed: 1 }]);
});

test("rows of the database that are wrong are named and left out; the others count", () => {
  const parameters = [
    { key: "server.port", value: "many" },
    { key: "server.colour", value: "red" },
    { key: "prompt", value: "Be kind." },
    { key: "plugins.radio.volume", value: "loud" },
    { key: "plugins.radio.station", value: "One" },
  ];
  const plugins = { radio: z.strictObject({ volume: z.number().optional(), station: z.string() }) };
  const models = [
    model("bad", { isPreferred: true, settings: { speed: "fast" } }),
    model("other", { isPreferred: true, stage: "llm", provider: "none" }),
  ];
  const { config, warnings } = loadConfig({
    ...{ path: "no-such-file.yaml", env: {}, providers, plugins },
    stored: { parameters, models },
  });
  assert.deepEqual(config.plugins["radio"], { station: "One" });
  assert.deepEqual(
    [config.server.port, config.prompt, config.tts.use, config.llm.use],
    [8000, "Be kind.", "mouth", "brain"],
  );
  const text = warnings.join("\n");
  assert.match(
    text,
    /server\.port: expected number, got "many" \(parameter server\.port\): what this row .* is left out/,
  );
  assert.match(text, /server\.colour: unknown key \(parameter server\.colour\)/);
  assert.match(text, /tts\.mouth\.speed: expected number, got "fast" \(model "Model bad" \(bad\)\)/);
  assert.match(text, /plugins\.radio\.volume: expected number, got "loud" \(parameter plugins\.radio\.volume\)/);
  assert.match(text, /llm\.use: .*\(model "Model other" \(other\)\)/);
  const env = { XIAOZHI_SERVER_PORT: "no number" };
  assert.throws(
    () => loadConfig({ path: "no-such-file.yaml", env, providers, stored: { parameters, models: [] } }),
    /server\.port: expected number, got "no number" \(XIAOZHI_SERVER_PORT\)$/,
  );
});
