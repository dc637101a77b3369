import type { I18nProvider } from "react-admin";
import { currentLanguage, type Language, showLanguage } from "../texts/language.ts";
import { type Fillings, type Texts, translated } from "./translator.ts";

async function textsOf(language: Language): Promise<Texts> {
  if (language === "zh") return (await import("../texts/chinese.ts")).CHINESE as Texts;
  return (await import("../texts/english.ts")).ENGLISH as Texts;
}

/** Texts of the console in the language that was chosen before the login, or is chosen in its bar. */
export async function createI18n(): Promise<I18nProvider> {
  let language = currentLanguage();
  let texts = await textsOf(language);
  showLanguage(language);
  return {
    translate: (key: string, fillings: Fillings | undefined) => translated(texts, key, fillings),
    changeLocale: async (wanted: string) => {
      texts = await textsOf(wanted as Language);
      language = wanted as Language;
      showLanguage(language);
    },
    getLocale: () => language,
    getLocales: () => [
      { locale: "en", name: "English" },
      { locale: "zh", name: "中文" },
    ],
  };
}
