import { createHash } from "node:crypto";
import type { JsonObject } from "../../../protocol/json.ts";
import type { Config } from "../../config/schema.ts";
import { mapAt } from "../../config/tree.ts";

/** What the reference's server needs of a stage: the name that it chooses, and the block of that name. */
interface ReferenceStage {
  readonly name: string;
  readonly block: JsonObject;
}

/** Settings of a provider of ours in the words of the reference; what is missing has no counterpart. */
type Translate = (settings: JsonObject) => JsonObject;

const ASR: Readonly<Record<string, Translate>> = {
  openai: ({ base_url, api_key, model }) => {
    return { type: "openai", base_url: `${String(base_url ?? "")}/audio/transcriptions`, api_key, model_name: model };
  },
  sherpa: () => ({ type: "fun_local", model_dir: "models/SenseVoiceSmall" }),
};

const TTS: Readonly<Record<string, Translate>> = {
  edge: ({ voice }) => ({ type: "edge", voice }),
  openai: ({ base_url, api_key, model, voice, speed }) => {
    return { type: "openai", api_url: `${String(base_url ?? "")}/audio/speech`, api_key, model, voice, speed };
  },
};

const LLM: Readonly<Record<string, Translate>> = {
  ollama: ({ base_url, model }) => ({ type: "ollama", base_url, model_name: model }),
  dify: ({ base_url, api_key, mode }) => ({ type: "dify", base_url, api_key, mode }),
  coze: ({ bot_id, api_key }) => ({ type: "coze", bot_id, personal_access_token: api_key }),
  fastgpt: ({ base_url, api_key, variables }) => ({ type: "fastgpt", base_url, api_key, variables }),
  gemini: ({ api_key, model }) => ({ type: "gemini", api_key, model_name: model }),
  xinference: ({ base_url, model }) => ({ type: "xinference", base_url, model_name: model }),
  homeassistant: ({ base_url, api_key, agent_id }) => ({ type: "homeassistant", base_url, api_key, agent_id }),
};

/** Where this server's own parts have no counterpart, the reference has these by default. */
const LOCAL_ASR: ReferenceStage = {
  name: "ASR_FunASR",
  block: { type: "fun_local", model_dir: "models/SenseVoiceSmall", output_dir: "tmp/" },
};
const LOCAL_TTS: ReferenceStage = {
  name: "TTS_EdgeTTS",
  block: { type: "edge", voice: "zh-CN-XiaoxiaoNeural", output_dir: "tmp/" },
};
const VAD: ReferenceStage = {
  name: "VAD_SileroVAD",
  block: {
    type: "silero",
    model_dir: "models/snakers4_silero-vad",
    threshold: 0.5,
    threshold_low: 0.3,
    min_silence_duration_ms: 200,
  },
};

/** The stages of a configuration as the reference's server is given them, each with the name that is chosen. */
export function referenceStages(config: Config): Readonly<Record<"VAD" | "ASR" | "LLM" | "TTS", ReferenceStage>> {
  return {
    VAD,
    ASR: stageOf(config, "asr", ASR) ?? LOCAL_ASR,
    LLM: stageOf(config, "llm", LLM) ?? languageModel(config),
    TTS: stageOf(config, "tts", TTS) ?? LOCAL_TTS,
  };
}

/** Who looks at pictures; undefined where nobody does. */
export function referenceVision(config: Config): ReferenceStage | undefined {
  const [use = ""] = [config.vllm.use ?? []].flat();
  if (use === "") return undefined;
  const { base_url = "", api_key = "", model = use } = settingsOf(config, "vllm", use);
  return named(`VLLM_${use}`, { type: "openai", base_url, api_key, model_name: model });
}

function stageOf(
  config: Config,
  stage: "asr" | "llm" | "tts",
  table: Readonly<Record<string, Translate>>,
): ReferenceStage | undefined {
  const [use = ""] = [config[stage].use].flat();
  const translate = Object.hasOwn(table, use) ? table[use] : undefined;
  if (!translate) return undefined;
  const block = { ...translate(settingsOf(config, stage, use)), ...(stage !== "llm" && { output_dir: "tmp/" }) };
  return named(`${stage.toUpperCase()}_${use}`, block);
}

/** Every other model speaks as OpenAI's does; the embedded one has no address, and then the reference says what is missing. */
function languageModel(config: Config): ReferenceStage {
  const [use = ""] = [config.llm.use].flat();
  const { base_url = "", api_key = "", model = use } = settingsOf(config, "llm", use);
  return named(`LLM_${use}`, { type: "openai", base_url, api_key, model_name: model });
}

function settingsOf(config: Config, stage: string, use: string): JsonObject {
  return mapAt(config as unknown as JsonObject, [stage, use]) ?? {};
}

/** The reference looks at the name alone for whether it has a module already, so that other settings have another name. */
function named(name: string, block: JsonObject): ReferenceStage {
  const mark = createHash("sha256").update(JSON.stringify(block)).digest("hex").slice(0, 8);
  return { name: `${name}_${mark}`, block };
}
