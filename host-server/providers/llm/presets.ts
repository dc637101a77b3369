import { z } from "zod";
import type { Llm } from "../llm.ts";
import { defineLlm, type Provider } from "../provider.ts";
import { OpenAiLlm, openAiSettings } from "./openai.ts";

/** A server with OpenAI's requests, as far as it differs from others. */
interface Preset {
  readonly name: string;
  readonly baseUrl: string;
  /** A model that is quick enough for speech; without one the configuration has to name it. */
  readonly model?: string;
  /** Variable of the environment in which people keep their key for it. */
  readonly keyVariable?: string;
  /** Where a key is to be had. */
  readonly keysAt?: string;
  /** Members that keep its models from thinking, where the address alone does not say it. */
  readonly calm?: Readonly<Record<string, unknown>>;
}

/** Templates of models take this; models whose template does not know it ignore it. */
const TEMPLATE_WITHOUT_THINKING = { chat_template_kwargs: { enable_thinking: false } };

const PRESETS: readonly Preset[] = [
  {
    name: "deepseek",
    baseUrl: "https://api.deepseek.com/v1",
    model: "deepseek-chat",
    keyVariable: "DEEPSEEK_API_KEY",
    keysAt: "platform.deepseek.com",
  },
  {
    name: "qwen",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    model: "qwen-plus",
    keyVariable: "DASHSCOPE_API_KEY",
    keysAt: "bailian.console.aliyun.com",
  },
  {
    name: "glm",
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    model: "glm-4-flash",
    keyVariable: "ZHIPUAI_API_KEY",
    keysAt: "bigmodel.cn",
  },
  {
    name: "doubao",
    baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
    keyVariable: "ARK_API_KEY",
    keysAt: "console.volcengine.com/ark",
  },
  {
    name: "moonshot",
    baseUrl: "https://api.moonshot.cn/v1",
    keyVariable: "MOONSHOT_API_KEY",
    keysAt: "platform.moonshot.cn",
  },
  {
    name: "gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    model: "gemini-2.5-flash",
    keyVariable: "GEMINI_API_KEY",
    keysAt: "aistudio.google.com",
  },
  {
    name: "siliconflow",
    baseUrl: "https://api.siliconflow.cn/v1",
    keyVariable: "SILICONFLOW_API_KEY",
    keysAt: "cloud.siliconflow.cn",
  },
  {
    name: "groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariable: "GROQ_API_KEY",
    keysAt: "console.groq.com",
  },
  {
    name: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariable: "OPENROUTER_API_KEY",
    keysAt: "openrouter.ai",
  },
  // Port 8000, which vLLM takes by itself, is this server's own.
  { name: "vllm", baseUrl: "http://127.0.0.1:8001/v1", calm: TEMPLATE_WITHOUT_THINKING },
  { name: "xinference", baseUrl: "http://127.0.0.1:9997/v1", calm: TEMPLATE_WITHOUT_THINKING },
  { name: "lmstudio", baseUrl: "http://127.0.0.1:1234/v1" },
];

/** Models of well-known servers, each with the address, the key's variable and the switch against thinking that it needs. */
export const presets: readonly Provider<Llm, typeof openAiSettings>[] = PRESETS.map(createPreset);

function createPreset({ name, baseUrl, model, keyVariable, keysAt, calm = {} }: Preset) {
  return defineLlm({
    name,
    settings: presetSettings({ baseUrl, model, keyHint: keyHint(keyVariable, keysAt) }),
    create: (given, context) => {
      const api_key = given.api_key || (keyVariable && process.env[keyVariable]) || "";
      return new OpenAiLlm({ ...given, api_key }, context, { provider: name, calm });
    },
  });
}

/** The settings of every model behind such a server, with other defaults. */
export function presetSettings(preset: {
  readonly baseUrl: string;
  readonly model?: string | undefined;
  readonly keyHint: string;
}): typeof openAiSettings {
  const { base_url, model } = openAiSettings.shape;
  // Zod's types tell keys with defaults from those without; who reads the settings need not.
  return openAiSettings.extend({
    base_url: base_url
      .unwrap()
      .default(preset.baseUrl)
      .describe(base_url.description ?? ""),
    api_key: z.string().default("").describe(preset.keyHint),
    ...(preset.model !== undefined && { model: model.default(preset.model).describe(model.description ?? "") }),
  }) as unknown as typeof openAiSettings;
}

function keyHint(keyVariable: string | undefined, keysAt: string | undefined): string {
  if (keyVariable === undefined) return "Key; a server of one's own mostly needs none";
  return `Key, from ${keysAt}; empty: what the environment has as ${keyVariable}`;
}
