/** What a service in the cloud can do by requests that are compatible with OpenAI's, and with which models. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** Absent for one whose address is asked for. */
  readonly baseUrl?: string;
  /** Where a key is to be had. */
  readonly keysAt?: string;
  /** Name of the model's provider in the configuration. */
  readonly llm: string;
  /** The model to begin with; without one it is asked for. */
  readonly model?: string;
  /** Absent where the service has no recogniser of that sort. */
  readonly asr?: { readonly model: string };
  /** Absent where the service has no voice of that sort, or none that speaks more than English. */
  readonly tts?: { readonly model: string; readonly voice: string };
}

/** Services by the names of `--llm`; those that listen and speak, too, come first. */
export const SERVICES: readonly Service[] = [
  {
    name: "siliconflow",
    title: "硅基流动 SiliconFlow",
    baseUrl: "https://api.siliconflow.cn/v1",
    keysAt: "cloud.siliconflow.cn",
    llm: "siliconflow",
    model: "Qwen/Qwen3-8B",
    asr: { model: "FunAudioLLM/SenseVoiceSmall" },
    tts: { model: "FunAudioLLM/CosyVoice2-0.5B", voice: "FunAudioLLM/CosyVoice2-0.5B:anna" },
  },
  {
    name: "openai",
    title: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    keysAt: "platform.openai.com",
    llm: "openai",
    model: "gpt-4o-mini",
    asr: { model: "gpt-4o-mini-transcribe" },
    tts: { model: "gpt-4o-mini-tts", voice: "alloy" },
  },
  {
    name: "groq",
    title: "Groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keysAt: "console.groq.com",
    llm: "groq",
    asr: { model: "whisper-large-v3-turbo" },
  },
  {
    name: "deepseek",
    title: "DeepSeek",
    baseUrl: "https://api.deepseek.com/v1",
    keysAt: "platform.deepseek.com",
    llm: "deepseek",
    model: "deepseek-chat",
  },
  {
    name: "qwen",
    title: "通义千问 Qwen (DashScope)",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    keysAt: "bailian.console.aliyun.com",
    llm: "qwen",
    model: "qwen-plus",
  },
  {
    name: "glm",
    title: "智谱 GLM",
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    keysAt: "bigmodel.cn",
    llm: "glm",
    model: "glm-4-flash",
  },
  {
    name: "doubao",
    title: "豆包 Doubao (Volcengine Ark)",
    baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
    keysAt: "console.volcengine.com/ark",
    llm: "doubao",
  },
  {
    name: "moonshot",
    title: "Moonshot Kimi",
    baseUrl: "https://api.moonshot.cn/v1",
    keysAt: "platform.moonshot.cn",
    llm: "moonshot",
  },
  {
    name: "gemini",
    title: "Google Gemini",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keysAt: "aistudio.google.com",
    llm: "gemini",
    model: "gemini-2.5-flash",
  },
  {
    name: "openrouter",
    title: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keysAt: "openrouter.ai",
    llm: "openrouter",
  },
  // What such a server has for speech is found by asking it.
  { name: "other", title: "", llm: "openai", asr: { model: "whisper-1" }, tts: { model: "tts-1", voice: "alloy" } },
];
