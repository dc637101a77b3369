import assert from "node:assert/strict";
import { test } from "node:test";
import { importConsole } from "../../../cli/import/console-dump.ts";
import { readDump } from "../../../cli/import/mysql-dump.ts";
import { ImportReport } from "../../../cli/import/report.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { AgentConfigs } from "../../../host-server/config/agent-config.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { getAgent } from "../../../host-server/storage/agents.ts";
import { getDevice } from "../../../host-server/storage/devices.ts";
import { getMemory } from "../../../host-server/storage/memories.ts";
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
    await importConsole({ tables: readDump(DUMP), storage, configs: new AgentConfigs(providers), config, report });
    return report;
  };
  const report = await importOnce();
  const agent = await getAgent(storage, "a1");
  assert.deepEqual(agent?.settings, {
    prompt: "你是小智。",
    chat_history: "none",
    llm: { use: "openai", openai: { base_url: "http://llm.local/v1", api_key: "key", model: "qwen" } },
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
