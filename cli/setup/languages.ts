import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The languages in which the assistant can be set up. */
export type LanguageName = "zh" | "en" | "ja" | "de";

/** What an assistant says and hears in a language, and what this dialogue says. */
export interface Language {
  readonly code: LanguageName;
  /** In the language itself. */
  readonly name: string;
  /** Values of the configuration, by the path of their key; others have their defaults. */
  readonly keys: { readonly [path: string]: unknown };
  /** Said by the voice and heard back. */
  readonly sentence: string;
  /** Asked of the model. */
  readonly question: string;
  readonly texts: Texts;
}

/** What the dialogue says. */
export type Texts = Readonly<
  Record<
    | "intro"
    | "have"
    | "haveKey"
    | "haveOllama"
    | "haveWyoming"
    | "haveNothing"
    | "service"
    | "other"
    | "address"
    | "key"
    | "model"
    | "speech"
    | "speechSame"
    | "speechModels"
    | "speechBuiltIn"
    | "asrUri"
    | "ttsUri"
    | "testing"
    | "voice"
    | "ears"
    | "mind"
    | "firstSound"
    | "heard"
    | "soundFile"
    | "failed"
    | "keep"
    | "again"
    | "written"
    | "undo"
    | "start"
    | "english",
    string
  >
>;

const TABLE = JSON.parse(readFileSync(join(import.meta.dirname, "languages.json"), "utf8")) as {
  readonly [code in LanguageName]: Omit<Language, "code">;
};

export const LANGUAGES: readonly Language[] = (Object.keys(TABLE) as LanguageName[]).map((code) => ({
  code,
  ...TABLE[code],
}));

/** Every key that any language sets. */
export const LANGUAGE_KEYS: readonly string[] = [...new Set(LANGUAGES.flatMap(({ keys }) => Object.keys(keys)))];
