import { describeBytes } from "../models/bytes.ts";
import { downloadBytes, findModel, type Model } from "../models/catalogue.ts";
import type { LanguageName } from "./languages.ts";

/** Models of this computer, as far as the dialogue needs them. */
export interface LocalModels {
  /** Whether a model, and what runs it, is there. */
  isInstalled(name: string): boolean;
  /** Brings a model and what runs it. @throws ModelError, or TransferError when it may help to try again */
  add(name: string): Promise<void>;
}

/** Who hears and speaks a language without a network. */
export interface LocalSpeech {
  readonly asr: Model;
  readonly tts: Model;
}

/** For each stage the best to begin with: those with a licence that says what is allowed come first. */
const PREFERRED: Readonly<Record<"asr" | "tts", readonly string[]>> = {
  asr: ["sensevoice", "zipformer-zh-en-small", "paraformer-zh-small", "zipformer-zh"],
  tts: ["melo-zh-en", "piper-en", "piper-de", "kokoro-zh-en", "matcha-zh-en"],
};

/** The models for a language, those that are installed first; undefined where none hears it, or none speaks it. */
export function localSpeech(language: LanguageName, { isInstalled }: Pick<LocalModels, "isInstalled">) {
  const [asr, tts] = (["asr", "tts"] as const).map((stage) => {
    const able = PREFERRED[stage].map(findModel).filter((model) => model?.languages.includes(language));
    // A voice of the language alone is smaller than one of two.
    const own = able.toSorted((a, b) => (a?.languages.length ?? 0) - (b?.languages.length ?? 0));
    const ordered = stage === "tts" ? own : able;
    return ordered.find((model) => model && isInstalled(model.name)) ?? ordered[0];
  });
  return asr && tts ? ({ asr, tts } satisfies LocalSpeech) : undefined;
}

/** How much is to be fetched for it, in words; undefined when all is there. */
export function sizeToFetch({ asr, tts }: LocalSpeech, { isInstalled }: LocalModels): string | undefined {
  const missing = [asr, tts].filter(({ name }) => !isInstalled(name));
  if (missing.length === 0) return undefined;
  return describeBytes(missing.reduce((sum, model) => sum + (downloadBytes(model) ?? 0), 0));
}
