/** Languages in which the intent engine understands text and answers. It hears English alone. */
export type Language = "en" | "zh";

/** The language of a text: Chinese when it has a Chinese character. */
export function languageOf(text: string): Language {
  return /\p{Script=Han}/u.test(text) ? "zh" : "en";
}
