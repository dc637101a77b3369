export const LANGUAGES = ["en", "zh"] as const;

export type Language = (typeof LANGUAGES)[number];

/** Where react-admin keeps its choice: the pages before the login share it. */
const KEPT = "RaStore.locale";

/** The chosen language, else the first of the browser's that there is. */
export function currentLanguage(): Language {
  const kept = localStorage.getItem(KEPT)?.replaceAll('"', "");
  const wanted = kept ? [kept] : navigator.languages;
  const found = wanted.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.some((language) => language === tag));
  return (found as Language | undefined) ?? "en";
}

/** Keeps the choice, and says it to screen readers. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, JSON.stringify(language));
  showLanguage(language);
}

/** What the page is written in, for screen readers and hyphenation. */
export function showLanguage(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
}
