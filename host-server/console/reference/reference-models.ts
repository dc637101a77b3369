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
  openai: ({ base_url, api_key, model, voice, speed }) => {
    return { type: "openai", api_url: `${String(base_url ?? "")}/audio/speech`, api_key, model, voice, speed };
  },
};

const LLM: Readonly<Record<string, Translate>> = {
  ollama: ({ base_url, model }) => ({ type: "ollama", base_url, model_name: model }),
  dify: ({ base_url, api_key }) => ({ type: "dify", base_url, api_key }),
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

function stageOf(
  config: Config,
  stage: "asr" | "llm" | "tts",
  table: Readonly<Record<string, Translate>>,
): ReferenceStage | undefined {
  const [use = ""] = [config[stage].use].flat();
  const translate = Object.hasOwn(table, use) ? table[use] : undefined;
  if (!translate) return undefined;
  const settings = mapAt(config as unknown as JsonObject, [stage, use]) ?? {};
  return { name: `${stage.toUpperCase()}_${use}`, block: { ...translate(settings), output_dir: "tmp/" } };
}

/** Every other model speaks as OpenAI's does; the embedded one has no address, and then the reference says what is missing. */
function languageModel(config: Config): ReferenceStage {
  const [use = ""] = [config.llm.use].flat();
  const { base_url = "", api_key = "", model = use } = mapAt(config as unknown as JsonObject, ["llm", use]) ?? {};
  return { name: `LLM_${use}`, block: { type: "openai", base_url, api_key, model_name: model } };
}
