import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { importConsole } from "../../../cli/import/console-dump.ts";
import { importMcpServers } from "../../../cli/import/mcp-servers.ts";
import { readDump } from "../../../cli/import/mysql-dump.ts";
import { importConfig } from "../../../cli/import/reference-config.ts";
import { ImportReport } from "../../../cli/import/report.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { getAgent } from "../../../host-server/storage/agents.ts";
import { getDevice } from "../../../host-server/storage/devices.ts";
import { tagsOf } from "../../../host-server/storage/labels.ts";
import { getMemory } from "../../../host-server/storage/memories.ts";
import { getModel } from "../../../host-server/storage/models.ts";
import { listParameters } from "../../../host-server/storage/parameters.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";

const MODEL = JSON.stringify({ type: "openai", base_url: "http://llm.local/v1", model_name: "qwen", api_key: "key" });
const DUMP = `
INSERT INTO \`ai_model_config\` (\`id\`,\`model_type\`,\`model_name\`,\`config_json\`,\`is_default\`,\`is_enabled\`) VALUES
('LLM_1','LLM','Qwen','${MODEL}',1,1),('TTS_1','TTS','Edge','{"type":"edge"}',0,1);
INSERT INTO \`ai_agent\` (\`id\`,\`agent_name\`,\`system_prompt\`,\`llm_model_id\`,\`tts_model_id\`,\`chat_history_conf\`,\`summary_memory\`) VALUES
('a1','小智','你是{{assistant_name}}。','LLM_1','TTS_1',0,'likes tea');
INSERT INTO \`ai_device\` (\`id\`,\`mac_address\`,\`alias\`,\`agent_id\`,\`auto_update\`,\`last_connected_at\`) VALUES
('x','AA:BB:CC:00:11:22','客厅','a1',0,'2026-05-01 10:00:00');
INSERT INTO \`ai_agent_voice_print\` (\`id\`,\`agent_id\`,\`source_name\`) VALUES ('v1','a1','Ann'),('v2','gone','Bob');
INSERT INTO \`sys_user\` (\`id\`) VALUES (1),(2);
`;

test("agents, devices and models of a console are taken, and the rest is named", async () => {
  const storage = await openStorage({
    url: "",
    file: ":memory:",
    clock: systemClock,
    log: createLog({ level: "silent" }),
  });
  const { config } = loadConfig({ path: "no-such-file.yaml", env: {}, providers });
  const importOnce = async () => {
    const report = new ImportReport();
    await importConsole({ tables: readDump(DUMP), storage, providers, config, report });
    return report;
  };
  const report = await importOnce();
  const agent = await getAgent(storage, "a1");
  assert.deepEqual(agent?.settings, {
    prompt: "你是小智。",
    chat_history: "none",
    models: { llm: "LLM_1" },
  });
  assert.deepEqual((await getModel(storage, "LLM_1"))?.settings, {
    base_url: "http://llm.local/v1",
    api_key: "key",
    model: "qwen",
  });
  const device = await getDevice(storage, "aa:bb:cc:00:11:22");
  assert.deepEqual([device?.alias, device?.agent, device?.updates], ["客厅", "a1", 0]);
  assert.equal(device?.seen, Date.UTC(2026, 4, 1, 10));
  assert.equal(await getMemory(storage, "aa:bb:cc:00:11:22", "a1"), "likes tea");
  assert.equal(report.taken.length, 4);
  const left = report.left.join("\n");
  for (const part of ["model Edge", "tts_model_id TTS_1", "voiceprint Bob", "sys_user, 2 rows"])
    assert.ok(left.includes(part), left);
  assert.deepEqual((await importOnce()).taken, [], "what is there stays");
  await storage.close();
});

const PLUGINS = [
  ["SYSTEM_PLUGIN_WEATHER", "get_weather", { api_key: "k", default_location: "广州", colour: "red" }],
  ["SYSTEM_PLUGIN_NEWS", "get_news_from_newsnow", { url: "https://news.local/s?id=", count: "3" }],
  [
    "SYSTEM_PLUGIN_HA_STATE",
    "hass_state",
    { base_url: "http://ha.local", api_key: "t", devices: "客厅,灯,light.a;厨房,灯,light.b" },
  ],
  ["SYSTEM_PLUGIN_STORY", "play_story", {}],
] as const;
const CONTEXT = JSON.stringify([{ url: "http://ctx.local/me", headers: { key: 1 } }]);

function rows(table: string, columns: string, values: readonly (readonly (string | number)[])[]): string {
  const lines = values.map(
    (row) => `(${row.map((value) => (typeof value === "number" ? value : `'${value}'`)).join()})`,
  );
  return `INSERT INTO ${table} (${columns}) VALUES ${lines.join()};\n`;
}

const RICH = [
  rows("ai_agent", "id,agent_name,tts_model_id,tts_voice_id", [
    ["a1", "Chef", "TTS_1", "V1"],
    ["a2", "Plain", "", ""],
  ]),
  rows("ai_model_config", "id,model_type,model_name,config_json,is_default,is_enabled", [
    [
      "TTS_1",
      "TTS",
      "Own",
      '{"type":"openai","api_url":"http://tts.local/v1/audio/speech","api_key":"k","model":"m"}',
      0,
      1,
    ],
    ["LLM_X", "LLM", "Nameless", '{"type":"openai","base_url":"no address"}', 1, 1],
  ]),
  rows("ai_tts_voice", "id,tts_model_id,tts_voice", [["V1", "TTS_1", "alloy"]]),
  rows(
    "ai_model_provider",
    "id,model_type,provider_code",
    PLUGINS.map(([id, code]) => [id, "Plugin", code]),
  ),
  rows(
    "ai_agent_plugin_mapping",
    "agent_id,plugin_id,param_info",
    PLUGINS.map(([id, , info]) => ["a1", id, JSON.stringify(info)]),
  ),
  rows("ai_agent_correct_word_item", "file_id,source_word,target_word", [
    ["f1", "WiFi", "歪发"],
    ["f2", "x", "y"],
  ]),
  rows("ai_agent_correct_word_mapping", "agent_id,file_id", [["a1", "f1"]]),
  rows("ai_agent_context_provider", "agent_id,context_providers", [["a1", CONTEXT]]),
  rows("ai_agent_tag", "id,tag_name", [["t1", "kitchen"]]),
  rows("ai_agent_tag_relation", "agent_id,tag_id", [["a1", "t1"]]),
  rows("sys_params", "param_code,param_value,value_type,remark", [
    ["exit_commands", "退出;bye", "array", "命令"],
    ["close_connection_no_voice_time", "90", "number", ""],
    ["plugins.get_weather.default_location", "广州", "string", ""],
    ["plugins.get_news.default_rss_url", "https://rss.local", "string", ""],
    ["server.websocket", "ws://old.local:8000/xiaozhi/v1/", "string", ""],
    ["server.secret", "null", "string", ""],
    ["log.log_dir", "tmp", "string", ""],
    ["end_prompt.enable", "perhaps", "boolean", ""],
  ]),
].join("");

test("plugins, words, voices, context, tags and parameters come along, and what does not fit is named", async () => {
  const log = createLog({ level: "silent" });
  const storage = await openStorage({ url: "", file: ":memory:", clock: systemClock, log });
  const { config } = loadConfig({ path: "no-such-file.yaml", env: {}, providers });
  const report = new ImportReport();
  await importConsole({ tables: readDump(RICH), storage, providers, config, report });
  assert.deepEqual((await getAgent(storage, "a1"))?.settings, {
    models: { tts: "TTS_1" },
    voice: "alloy",
    replacement_words: ["WiFi|歪发"],
    context_providers: [{ url: "http://ctx.local/me", headers: { key: "1" } }],
    plugins: {
      get_weather: { api_key: "k", default_location: "广州" },
      get_news_from_newsnow: { url: "https://news.local/s?id=", count: 3 },
      play_music: false,
    },
  });
  assert.deepEqual((await getAgent(storage, "a2"))?.settings, {});
  assert.deepEqual(await tagsOf(storage, "a1"), ["kitchen"]);
  const { rows: parameters } = await listParameters(storage);
  assert.deepEqual(
    parameters.map(({ key, value }) => [key, value]),
    [
      ["close_connection_no_voice_time", "90"],
      ["exit_commands", '["退出","bye"]'],
      ["home_assistant.devices", '["客厅,灯,light.a","厨房,灯,light.b"]'],
      ["home_assistant.token", "t"],
      ["home_assistant.url", "http://ha.local"],
      ["plugins.get_weather.default_location", "广州"],
    ],
  );
  const left = report.left.join("\n");
  for (const part of [
    "plugin get_weather, colour: unknown here",
    "plugin play_story: there is no such plugin here",
    "model Nameless: llm.openai.base_url",
    "parameter server.websocket: it is an address of the other server",
    "parameter plugins.get_news.default_rss_url: there is no such plugin here",
    "parameter log.log_dir: log.log_dir: this key of the reference server is not supported",
    'parameter end_prompt.enable: end_prompt.enable: expected boolean, got "perhaps"',
  ])
    assert.ok(left.includes(part), `${part}\n${left}`);
  await storage.close();
});

test("a configuration of the reference is written under our keys; what is set stays", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-import-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "old.yaml"), join(folder, ".config.yaml")];
  const lines = [
    "selected_module: { LLM: Mine, TTS: EdgeTTS }",
    "LLM: { Mine: { type: openai, base_url: http://llm.local/v1, api_key: k, model_name: m } }",
    "prompt: You are an owl.",
    "server: { port: 9000, http_port: many, auth: { enabled: true } }",
    "exit_commands: [bye]",
    "delete_audio: true",
    "colour: red",
  ];
  writeFileSync(from, lines.join("\n"));
  writeFileSync(to, "# mine\nprompt: You are a fox.\n");
  const take = (isDry: boolean) => {
    const report = new ImportReport();
    importConfig({ from, to, providers, isDry, report });
    return report;
  };
  take(true);
  assert.equal(readFileSync(to, "utf8"), "# mine\nprompt: You are a fox.\n");
  const { taken, left } = take(false);
  const text = readFileSync(to, "utf8");
  assert.ok(text.startsWith("# mine\nprompt: You are a fox.\n"), text);
  const { config, warnings } = loadConfig({ path: to, env: {}, providers });
  assert.deepEqual([config.server.port, config.server.auth.enabled, config.exit_commands], [9000, true, ["bye"]]);
  assert.deepEqual(config.llm["openai"], {
    ...(config.llm["openai"] as object),
    base_url: "http://llm.local/v1",
    model: "m",
  });
  assert.deepEqual(warnings, []);
  assert.ok(taken.includes("llm.openai.api_key"));
  for (const part of ["prompt: it is set here", "server.http_port: ", "colour: ", "delete_audio: this key", "EdgeTTS"])
    assert.ok(left.join("\n").includes(part), `${part}\n${left.join("\n")}`);
});

test("MCP servers join those that are there; what is known by its name stays", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-import-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "theirs.json"), join(folder, "data", "own.json")];
  const entries = {
    time: { command: "uvx", args: ["mcp-time"] },
    broken: { command: 3 },
    home: { url: "http://ha/sse" },
  };
  writeFileSync(from, JSON.stringify({ mcpServers: entries }));
  const take = (isDry = false) => {
    const report = new ImportReport();
    importMcpServers({ from, to, isDry, report });
    return report;
  };
  assert.equal(take(true).taken.length, 2);
  assert.throws(() => readFileSync(to));
  const { taken, left } = take();
  assert.deepEqual(taken, ["MCP server time", "MCP server home"]);
  assert.match(left.join(), /MCP server broken: .*mcpServers\.broken/);
  assert.deepEqual(JSON.parse(readFileSync(to, "utf8")), { mcpServers: { time: entries.time, home: entries.home } });
  assert.deepEqual(take().taken, []);
  writeFileSync(from, "[]");
  assert.throws(take, /config-invalid: .*theirs\.json: expected an object/);
});
