import polyglotI18nProvider from "ra-i18n-polyglot";
import { ENGLISH } from "../texts/english.ts";
import { currentLanguage, type Language, showLanguage } from "../texts/language.ts";

async function messagesOf(language: string) {
  showLanguage(language as Language);
  return language === "zh" ? (await import("../texts/chinese.ts")).CHINESE : ENGLISH;
}

/** Texts of the console in the language that was chosen before the login, or is chosen in its bar. */
export async function createI18n() {
  const language = currentLanguage();
  const first = await messagesOf(language);
  return polyglotI18nProvider(
    (wanted) => (wanted === language ? first : (messagesOf(wanted) as never)),
    language,
    [
      { locale: "en", name: "English" },
      { locale: "zh", name: "中文" },
    ],
    { allowMissing: true },
  );
}
