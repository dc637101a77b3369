import Resource from "Resource";

export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/** What the device says of itself. Names are those of every XiaoZhi device. */
export type PromptName =
  | Digit
  | "success"
  | "exclamation"
  | "vibration"
  | "activation"
  | "upgrade"
  | "wificonfig"
  | "low_battery";

/** The bytes of a file in flash. */
export type PromptFile = ArrayBuffer;

const FALLBACK = "en";
/** Sounds without words. */
const TONES = "tones";

/**
 * The sound of a prompt, which stays in flash; undefined where the build has none. Without one in this language it is
 * that in English.
 *
 * @param language a locale, as "zh-CN"
 */
export function findPrompt(name: PromptName, language: string): PromptFile | undefined {
  for (const folder of [language.startsWith("zh") ? "zh" : FALLBACK, FALLBACK, TONES]) {
    const path = `prompts/${folder}/${name}.ogg`;
    if (Resource.exists(path)) return new Resource(path);
  }
  return undefined;
}
