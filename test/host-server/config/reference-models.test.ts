import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "../../../host-server/config/load.ts";
import { providers } from "../../../host-server/providers/registry.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, ".config.yaml");

function load(text: string) {
  writeFileSync(path, text);
  return loadConfig({ path, env: {}, providers });
}

test("models that a file for the reference chooses are asked, whatever its keys are named", () => {
  const { config, warnings } = load(`
selected_module: { VAD: SileroVAD, LLM: DeepSeekLLM, TTS: OpenAITTS, ASR: GroqASR, Intent: function_call }
VAD: { SileroVAD: { type: silero, threshold: 0.5 } }
LLM:
  OtherLLM: { type: dify }
  DeepSeekLLM:
    type: openai
    url: https://api.deepseek.com/
    model_name: deepseek-chat
    api_key: sk-1
    temperature: "0.7"
    max_tokens: 500
    top_p:
    top_k: 50
TTS:
  OpenAITTS: { type: openai, api_key: sk-2, api_url: https://api.openai.com/v1/audio/speech, model: tts-1, voice: onyx, speed: 1 }
ASR:
  GroqASR: { type: openai, api_key: sk-3, base_url: https://api.groq.com/openai/v1/audio/transcriptions, model_name: whisper-large-v3 }
Intent: { function_call: { type: function_call } }
`);
  assert.deepEqual(warnings, []);
  assert.equal(config.vad.use, "silero");
  const chosen = [config.llm, config.tts, config.asr].map(({ use, openai }) => ({ use, ...(openai as object) }));
  const [llm, tts, asr] = chosen as Record<string, unknown>[];
  assert.deepEqual(llm, {
    use: "openai",
    base_url: "https://api.deepseek.com",
    api_key: "sk-1",
    model: "deepseek-chat",
    temperature: 0.7,
    max_tokens: 500,
    thinking: false,
    extra_body: { top_k: 50 },
  });
  assert.deepEqual(
    [tts?.["use"], tts?.["base_url"], tts?.["api_key"], tts?.["model"], tts?.["voice"], tts?.["speed"]],
    ["openai", "https://api.openai.com/v1", "sk-2", "tts-1", "onyx", 1],
  );
  assert.deepEqual(
    [asr?.["use"], asr?.["base_url"], asr?.["api_key"], asr?.["model"]],
    ["openai", "https://api.groq.com/openai/v1", "sk-3", "whisper-large-v3"],
  );
});

test("what cannot be used is told, and the built-in one works on", () => {
  const { config, warnings } = load(`
selected_module: { LLM: ChatGLMLLM, TTS: EdgeTTS, ASR: FunASR, Memory: powermem, VLLM: X, Intent: nointent }
LLM: { ChatGLMLLM: { type: openai, url: https://open.bigmodel.cn/api/paas/v4/, model_name: glm-4-flash, api_key: 你的chat-glm web key } }
TTS: { EdgeTTS: { type: edge, voice: zh-CN-XiaoxiaoNeural } }
`);
  assert.deepEqual(warnings, [
    "selected_module.LLM: LLM.ChatGLMLLM.api_key is still the example's; the built-in one is used",
    "selected_module.TTS: EdgeTTS is of type edge: with docs/recipes/edge.ts in data/providers it would be used; the built-in one is",
    "selected_module.ASR: there is no ASR.FunASR; the built-in one is used",
    "selected_module.Memory: powermem is not supported; it is ignored",
    "selected_module.VLLM: there is no VLLM.X; the built-in one is used",
    "selected_module.Intent: nointent is not supported; it is ignored",
  ]);
  assert.deepEqual([config.llm.use, config.tts.use, config.asr.use], ["embedded", "flite", "soundswallower"]);
});

test("our own keys win over the reference's", () => {
  const { config, warnings } = load(`
selected_module: { LLM: A }
LLM: { A: { type: openai, url: http://a.test/v1, model_name: a } }
llm: { use: openai, openai: { base_url: http://b.test/v1, model: b } }
`);
  assert.deepEqual(warnings, ["selected_module.LLM: llm.use is what counts"]);
  assert.equal((config.llm["openai"] as { model: string }).model, "b");
});

test("a wrong value of the reference is named as the key that it stands for", () => {
  assert.throws(
    () => load("selected_module: { LLM: A }\nLLM: { A: { type: openai, url: not an address, model_name: a } }"),
    /llm\.openai\.base_url: .*got "not an address"/,
  );
});

test("models of the reference that are no OpenAI-compatible servers have providers of their own", () => {
  const cases: [block: string, use: string, settings: object][] = [
    [
      "{ type: ollama, base_url: http://localhost:11434, model_name: qwen2.5 }",
      "ollama",
      { base_url: "http://localhost:11434/v1", model: "qwen2.5" },
    ],
    [
      "{ type: xinference, base_url: http://localhost:9997, model_name: q }",
      "xinference",
      { base_url: "http://localhost:9997/v1", model: "q" },
    ],
    [
      "{ type: gemini, api_key: g, model_name: gemini-2.0-flash, http_proxy: '' }",
      "gemini",
      { api_key: "g", model: "gemini-2.0-flash" },
    ],
    [
      "{ type: dify, base_url: https://api.dify.ai/v1, api_key: app, mode: chat-messages }",
      "dify",
      { api_key: "app", mode: "chat-messages" },
    ],
    [
      "{ type: homeassistant, base_url: http://ha.test:8123, agent_id: conversation.x, api_key: t }",
      "homeassistant",
      { base_url: "http://ha.test:8123", agent_id: "conversation.x" },
    ],
    [
      "{ type: fastgpt, base_url: https://host.test/api/v1, api_key: k, variables: { k: v } }",
      "fastgpt",
      { base_url: "https://host.test/api/v1", variables: { k: "v" } },
    ],
  ];
  for (const [block, use, settings] of cases) {
    const { config, warnings } = load(`selected_module: { LLM: A }\nLLM: { A: ${block} }`);
    assert.deepEqual(warnings, []);
    assert.equal(config.llm.use, use);
    const given = config.llm[use] as Record<string, unknown>;
    for (const [key, value] of Object.entries(settings)) assert.deepEqual(given[key], value, `${use}.${key}`);
  }
});
