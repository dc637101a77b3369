import { useLocaleState } from "react-admin";
import { HINTS_CHINESE } from "../texts/hints-chinese.ts";

/** Explanations of the server, which gives them in English, in the reader's language as far as they are known in it. */
export function useHint(): (english: string) => string {
  const [locale] = useLocaleState();
  return (english) => (locale === "zh" ? (HINTS_CHINESE[english] ?? english) : english);
}
