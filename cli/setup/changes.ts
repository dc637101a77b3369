import type { Language } from "./languages.ts";
import { LANGUAGE_KEYS } from "./languages.ts";
import type { Service } from "./services.ts";

/** A value for a key of the configuration; undefined takes the key out. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** A server that is compatible with OpenAI's, as it is to be used. */
export interface Chosen {
  readonly service: Service;
  readonly baseUrl: string;
  readonly key: string;
}

/** What a language sets; keys of another language go. */
export function languageChanges({ keys }: Language): Change[] {
  return LANGUAGE_KEYS.map((key) => ({ path: key.split("."), value: keys[key] }));
}

export function llmChanges({ service, baseUrl, key }: Chosen, model: string): Change[] {
  const isUsual = baseUrl === service.baseUrl;
  return stage("llm", service.llm, { ...(!isUsual && { base_url: baseUrl }), api_key: key, model });
}

export function ollamaChanges(baseUrl: string, model: string): Change[] {
  return stage("llm", "ollama", { base_url: baseUrl, model });
}

/** Hears by a service. */
export function asrChanges({ service, baseUrl, key }: Chosen, language: Language): Change[] {
  return stage("asr", "openai", { base_url: baseUrl, api_key: key, ...service.asr, language: language.code });
}

/** Speaks by a service. */
export function ttsChanges({ service, baseUrl, key }: Chosen): Change[] {
  return stage("tts", "openai", { base_url: baseUrl, api_key: key, ...service.tts });
}

export function wyomingChanges(name: "asr" | "tts", uri: string, language: Language): Change[] {
  return stage(name, "wyoming", { uri, ...(name === "asr" && { language: language.code }) });
}

/** A model of this computer; what is built in stands in for one that cannot be loaded. */
export function modelChanges(name: "asr" | "tts", model: string): Change[] {
  return stage(name, ["sherpa", name === "asr" ? "soundswallower" : "flite"], { model });
}

/** The speech, or the model, that needs nothing: what the configuration says when it says nothing. */
export function builtInChanges(...stages: readonly ("llm" | "asr" | "tts")[]): Change[] {
  return stages.map((name) => ({ path: [name, "use"], value: undefined }));
}

/** Settings of other providers stay: they cost nothing, and somebody may come back to them. */
function stage(
  name: string,
  use: string | readonly [string, ...string[]],
  settings: { readonly [key: string]: unknown },
): Change[] {
  const provider = typeof use === "string" ? use : use[0];
  const entries = Object.entries(settings).map(([key, value]) => ({ path: [name, provider, key], value }));
  return [{ path: [name, "use"], value: use }, ...entries];
}
