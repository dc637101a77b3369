/** Languages in which plugins speak; a model translates into any other. */
export type PluginLanguage = "en" | "zh";

const HAN = /\p{Script=Han}/u;

/** What argument `lang` of the reference's plugins is for a model: `zh_CN`, `en_US`, `ja_JP`. */
export const LANG_PARAM = {
  type: "string",
  description: "Language of the user, for example zh_CN or en_US.",
  default: "",
} as const;

/** The language of an answer: what `lang` says, else that of the words that the user chose. */
export function languageFor(lang: string, words = ""): PluginLanguage {
  if (lang !== "") return /^zh/i.test(lang.trim()) ? "zh" : "en";
  return HAN.test(words) ? "zh" : "en";
}
