import type { JsonObject } from "../../protocol/json.ts";

interface Translation {
  /** Our name of the stage. */
  readonly stage: "asr" | "llm" | "tts";
  /** Our keys, each with those of the reference that mean the same; the first one that is there counts. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Members that go into requests as they are. */
  readonly extra: readonly string[];
  /** What the reference writes behind the address that all requests have in common. */
  readonly suffix: string;
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  LLM: {
    stage: "llm",
    keys: {
      base_url: ["base_url", "url"],
      api_key: ["api_key"],
      model: ["model_name"],
      temperature: ["temperature"],
      top_p: ["top_p"],
      max_tokens: ["max_tokens"],
    },
    extra: ["top_k", "frequency_penalty"],
    suffix: "/chat/completions",
  },
  TTS: {
    stage: "tts",
    keys: { base_url: ["api_url"], api_key: ["api_key"], model: ["model"], voice: ["voice"], speed: ["speed"] },
    extra: [],
    suffix: "/audio/speech",
  },
  ASR: {
    stage: "asr",
    keys: { base_url: ["base_url"], api_key: ["api_key"], model: ["model_name"] },
    extra: [],
    suffix: "/audio/transcriptions",
  },
};

/** What the reference may choose that is what this server does anyway. */
const SAME: Readonly<Record<string, string>> = { VAD: "SileroVAD", Memory: "nomem", Intent: "function_call" };

const NUMBERS = new Set(["temperature", "top_p", "max_tokens", "speed", "top_k", "frequency_penalty"]);

/**
 * Translates the models that the reference's `selected_module` chooses, as far as they are behind OpenAI-compatible servers,
 * in place. Gives what is to be told about the others. What our own keys say stays.
 */
export function translateModels(tree: JsonObject): string[] {
  const chosen = tree["selected_module"];
  if (!isMap(chosen)) return [];
  delete tree["selected_module"];
  const warnings = Object.entries(chosen).flatMap(([stage, name]) => {
    const said = translateStage(tree, stage, String(name));
    return said === undefined ? [] : [`selected_module.${stage}: ${said}`];
  });
  // What is not chosen is no setting.
  for (const stage of ["VAD", "ASR", "LLM", "TTS", "VLLM", "Memory", "Intent"]) delete tree[stage];
  return warnings;
}

/** What is to be told; undefined when everything was understood. */
function translateStage(tree: JsonObject, stage: string, name: string): string | undefined {
  if (SAME[stage] === name) return undefined;
  const translation = Object.hasOwn(TRANSLATIONS, stage) ? TRANSLATIONS[stage] : undefined;
  if (!translation) return `${name} is not supported; it is ignored`;
  const ours = tree[translation.stage];
  if (isMap(ours) && ours["use"] !== undefined) return `${translation.stage}.use is what counts`;
  const blocks = tree[stage];
  const block = isMap(blocks) && Object.hasOwn(blocks, name) ? blocks[name] : undefined;
  if (!isMap(block)) return `there is no ${stage}.${name}; the built-in one is used`;
  const type = String(block["type"] ?? name);
  if (type !== "openai") return `${name} is of type ${type}, which is not supported; the built-in one is used`;
  // The example's own keys say "your key" in Chinese.
  if (String(block["api_key"] ?? "").includes("你")) {
    return `${stage}.${name}.api_key is still the example's; the built-in one is used`;
  }
  tree[translation.stage] = { ...(isMap(ours) && ours), use: "openai", openai: settingsOf(block, translation) };
  return undefined;
}

function settingsOf(block: JsonObject, { keys, extra, suffix }: Translation): JsonObject {
  const settings: JsonObject = {};
  for (const [ours, theirs] of Object.entries(keys)) {
    const value = theirs.map((key) => read(block, key)).find((given) => given !== undefined);
    if (value !== undefined) settings[ours] = value;
  }
  const address = settings["base_url"];
  if (typeof address === "string") {
    const bare = address.replace(/\/+$/, "");
    settings["base_url"] = bare.endsWith(suffix) ? bare.slice(0, -suffix.length) : bare;
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
