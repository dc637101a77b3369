import type { JsonObject } from "../../protocol/json.ts";
import {
  cozeVoice,
  customVoice,
  edgeVoice,
  funServer,
  indexVoice,
  siliconFlow,
  soVits,
  taken,
} from "./reference-voices.ts";

type Keys = Readonly<Record<string, readonly string[]>>;

interface Translation {
  /** Our name of the provider. */
  readonly use: string;
  /** Our keys, each with those of the reference that mean the same; the first one that is there counts. */
  readonly keys: Keys;
  /** Members that go into requests as they are. */
  readonly extra: readonly string[];
  /** What the reference writes behind the address that all requests have in common. */
  readonly suffix: string;
  /** What it leaves out at the end of the address. */
  readonly path?: string;
  /** Makes the settings, in place of all that. */
  readonly make?: (block: JsonObject) => JsonObject;
  /** The file that brings the provider, which the server does not. */
  readonly recipe?: string;
}

/** Whether there is a provider of this name for a stage. */
export type IsThere = (stage: string, name: string) => boolean;

const CHAT_KEYS: Keys = {
  base_url: ["base_url", "url"],
  api_key: ["api_key"],
  model: ["model_name"],
  temperature: ["temperature"],
  top_p: ["top_p"],
  max_tokens: ["max_tokens"],
};
const CHAT: Translation = {
  use: "openai",
  keys: CHAT_KEYS,
  extra: ["top_k", "frequency_penalty"],
  suffix: "/chat/completions",
};
/** A provider whose settings are made by a function. */
function madeBy(use: string, make: (block: JsonObject) => JsonObject): Translation {
  return { use, keys: {}, extra: [], suffix: "", make };
}

/** A provider of a recipe. */
function ofRecipe(use: string, make: (block: JsonObject) => JsonObject): Translation {
  return { ...madeBy(use, make), recipe: `docs/recipes/${use}.ts` };
}

const BY_MODEL: Translation = { use: "", keys: CHAT_KEYS, extra: [], suffix: "" };

/** Our name of each of the reference's stages, and its types that can be translated. */
const STAGES: Readonly<Record<string, { readonly ours: string; readonly types: Record<string, Translation> }>> = {
  LLM: {
    ours: "llm",
    types: {
      openai: CHAT,
      ollama: { ...BY_MODEL, use: "ollama", path: "/v1" },
      xinference: { ...BY_MODEL, use: "xinference", path: "/v1" },
      gemini: { ...BY_MODEL, use: "gemini" },
      dify: {
        use: "dify",
        keys: { base_url: ["base_url"], api_key: ["api_key"], mode: ["mode"] },
        extra: [],
        suffix: "",
      },
      coze: {
        use: "coze",
        keys: { api_key: ["personal_access_token"], bot_id: ["bot_id"] },
        extra: [],
        suffix: "",
      },
      homeassistant: {
        use: "homeassistant",
        keys: { base_url: ["base_url", "url"], api_key: ["api_key"], agent_id: ["agent_id"] },
        extra: [],
        suffix: "/api/conversation/process",
      },
      fastgpt: {
        use: "fastgpt",
        keys: { base_url: ["base_url"], api_key: ["api_key"], variables: ["variables"] },
        extra: [],
        suffix: "/chat/completions",
      },
    },
  },
  VLLM: { ours: "vllm", types: { openai: CHAT } },
  TTS: {
    ours: "tts",
    types: {
      openai: {
        use: "openai",
        keys: { base_url: ["api_url"], api_key: ["api_key"], model: ["model"], voice: ["voice"], speed: ["speed"] },
        extra: [],
        suffix: "/audio/speech",
      },
      custom: madeBy("http", customVoice),
      gpt_sovits_v2: madeBy("http", soVits),
      siliconflow: madeBy("openai", siliconFlow),
      cozecn: madeBy("http", cozeVoice),
      index_stream: madeBy("http", indexVoice),
      edge: ofRecipe("edge", edgeVoice),
      doubao: ofRecipe(
        "doubao",
        taken(["appid", "access_token", "cluster", "voice"], ["speed_ratio", "volume_ratio", "pitch_ratio"]),
      ),
      alibl_stream: ofRecipe("aliyun", taken(["api_key", "model", "voice"], ["rate", "pitch", "volume"])),
    },
  },
  ASR: {
    ours: "asr",
    types: {
      openai: {
        use: "openai",
        keys: { base_url: ["base_url"], api_key: ["api_key"], model: ["model_name"] },
        extra: [],
        suffix: "/audio/transcriptions",
      },
      fun_server: madeBy("funasr", funServer),
      doubao_stream: ofRecipe("doubao", taken(["appid", "access_token", "resource_id"])),
      aliyunbl_stream: ofRecipe("aliyun", taken(["api_key", "model"])),
    },
  },
};

/** What the reference may choose that is what this server does anyway. */
const SAME: Readonly<Record<string, string>> = { VAD: "SileroVAD", Memory: "nomem", Intent: "function_call" };

const NUMBERS = new Set(["temperature", "top_p", "max_tokens", "speed", "top_k", "frequency_penalty"]);

/**
 * Translates the models that the reference's `selected_module` chooses, as far as there are providers for them, in place. Gives what is to be told about the others. What our own keys say stays.
 *
 * @param isThere which providers of recipes there are; none unless given
 */
export function translateModels(tree: JsonObject, isThere: IsThere = () => false): string[] {
  const chosen = tree["selected_module"];
  if (!isMap(chosen)) return [];
  delete tree["selected_module"];
  const warnings = Object.entries(chosen).flatMap(([stage, name]) => {
    const said = translateStage(tree, { stage, name: String(name), isThere });
    return said === undefined ? [] : [`selected_module.${stage}: ${said}`];
  });
  // What is not chosen is no setting.
  for (const stage of ["VAD", "ASR", "LLM", "TTS", "VLLM", "Memory", "Intent"]) delete tree[stage];
  return warnings;
}

/** What a stage is to be filled with. */
interface Choice {
  readonly stage: string;
  readonly name: string;
  readonly isThere: IsThere;
}

/** What is to be told; undefined when everything was understood. */
function translateStage(tree: JsonObject, { stage, name, isThere }: Choice): string | undefined {
  if (SAME[stage] === name) return undefined;
  if (stage === "Memory") return translateMemory(tree, name);
  const known = Object.hasOwn(STAGES, stage) ? STAGES[stage] : undefined;
  if (!known) return `${name} is not supported; it is ignored`;
  const ours = tree[known.ours];
  if (isMap(ours) && ours["use"] !== undefined) return `${known.ours}.use is what counts`;
  const blocks = tree[stage];
  const block = isMap(blocks) && Object.hasOwn(blocks, name) ? blocks[name] : undefined;
  if (!isMap(block)) return `there is no ${stage}.${name}; the built-in one is used`;
  const type = String(block["type"] ?? name);
  const translation = Object.hasOwn(known.types, type) ? known.types[type] : undefined;
  if (!translation) return `${name} is of type ${type}, which is not supported; the built-in one is used`;
  // The example's own keys say "your key" in Chinese.
  if (String(block["api_key"] ?? "").includes("你")) {
    return `${stage}.${name}.api_key is still the example's; the built-in one is used`;
  }
  const { use, recipe } = translation;
  if (recipe !== undefined && !isThere(known.ours, use)) {
    return `${name} is of type ${type}: with ${recipe} in data/providers it would be used; the built-in one is`;
  }
  tree[known.ours] = {
    ...(isMap(ours) && ours),
    use,
    [use]: translation.make?.(block) ?? settingsOf(block, translation),
  };
  return undefined;
}

/** What the reference remembers with; a summary is made by the model that answers. */
function translateMemory(tree: JsonObject, name: string): string | undefined {
  const blocks = tree["Memory"];
  const block = isMap(blocks) && isMap(blocks[name]) ? blocks[name] : {};
  const type = String(block["type"] ?? name);
  if (tree["memory"] !== undefined) return "memory.use is what counts";
  if (type === "mem_local_short") tree["memory"] = { use: "summary" };
  else if (type === "mem0ai") tree["memory"] = { use: "mem0", mem0: { api_key: String(block["api_key"] ?? "") } };
  else return `${name} is not supported; it is ignored`;
  return undefined;
}

function settingsOf(block: JsonObject, { keys, extra, suffix, path = "" }: Translation): JsonObject {
  const settings: JsonObject = {};
  for (const [ours, theirs] of Object.entries(keys)) {
    const value = theirs.map((key) => read(block, key)).find((given) => given !== undefined);
    if (value !== undefined) settings[ours] = value;
  }
  const address = settings["base_url"];
  if (typeof address === "string") {
    const bare = address.replace(/\/+$/, "");
    const base = suffix !== "" && bare.endsWith(suffix) ? bare.slice(0, -suffix.length) : bare;
    settings["base_url"] = base.endsWith(path) ? base : base + path;
  }
  const more = extra.flatMap((key) => {
    const value = read(block, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  if (more.length > 0) settings["extra_body"] = Object.fromEntries(more);
  return settings;
}

/** The reference takes numbers in quotes, and takes an empty text for nothing. */
function read(block: JsonObject, key: string): unknown {
  const value = block[key];
  if (value === undefined || value === "") return undefined;
  return NUMBERS.has(key) && typeof value === "string" ? Number(value) : value;
}

function isMap(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
