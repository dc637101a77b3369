import type { PluginLanguage } from "../user-language.ts";

/** Weather codes of the World Meteorological Organization (table 4677, as forecasts use it), in words. */
const SKY: { readonly [code: number]: readonly [english: string, chinese: string] } = {
  0: ["clear sky", "晴"],
  1: ["mostly clear", "晴间多云"],
  2: ["partly cloudy", "多云"],
  3: ["overcast", "阴"],
  45: ["fog", "雾"],
  48: ["freezing fog", "雾凇"],
  51: ["light drizzle", "小毛毛雨"],
  53: ["drizzle", "毛毛雨"],
  55: ["heavy drizzle", "密集毛毛雨"],
  56: ["light freezing drizzle", "小冻毛毛雨"],
  57: ["freezing drizzle", "冻毛毛雨"],
  61: ["light rain", "小雨"],
  63: ["rain", "中雨"],
  65: ["heavy rain", "大雨"],
  66: ["light freezing rain", "小冻雨"],
  67: ["freezing rain", "冻雨"],
  71: ["light snow", "小雪"],
  73: ["snow", "中雪"],
  75: ["heavy snow", "大雪"],
  77: ["snow grains", "米雪"],
  80: ["light showers", "小阵雨"],
  81: ["showers", "阵雨"],
  82: ["heavy showers", "强阵雨"],
  85: ["light snow showers", "小阵雪"],
  86: ["heavy snow showers", "大阵雪"],
  95: ["thunderstorms", "雷阵雨"],
  96: ["thunderstorms with hail", "雷阵雨伴有冰雹"],
  99: ["thunderstorms with heavy hail", "雷阵雨伴有大冰雹"],
};

/** A weather code in words. */
export function skyWords(code: number, language: PluginLanguage): string {
  const words = SKY[code];
  if (!words) return language === "zh" ? "天气不明" : "unknown weather";
  return words[language === "zh" ? 1 : 0];
}
