import type { JsonObject } from "../../../../protocol/json.ts";
import type { PluginLanguage } from "../user-language.ts";

/** `metric` is °C and km/h, `imperial` is °F and mph. */
export type WeatherUnits = "metric" | "imperial";

/** What a place is asked about. */
export interface WeatherQuestion {
  /** As the user named the place. */
  readonly location: string;
  readonly language: PluginLanguage;
  readonly units: WeatherUnits;
  readonly signal: AbortSignal;
}

/** The weather of a place, in words of the language that was asked in. Temperatures and wind are in the units asked for. */
export interface WeatherReport {
  readonly place: string;
  readonly now: {
    readonly temperature: number;
    readonly feelsLike: number;
    readonly sky: string;
    readonly humidityPercent: number;
    readonly wind: number;
  };
  /** From today on. */
  readonly days: readonly WeatherDay[];
}

export interface WeatherDay {
  /** `2026-11-21`. */
  readonly date: string;
  readonly sky: string;
  readonly low: number;
  readonly high: number;
  /** Chance of rain or snow; undefined where nobody tells. */
  readonly rainPercent?: number | undefined;
}

/** Where weather comes from. @throws ToolError when the place is unknown, or the service fails */
export type WeatherSource = (question: WeatherQuestion) => Promise<WeatherReport>;

/** A report in sentences that can be said as they stand. */
export function spokenReport(report: WeatherReport, language: PluginLanguage, units: WeatherUnits): JsonObject {
  const { place, now, days } = report;
  return {
    place,
    now: language === "zh" ? nowInChinese(now, units) : nowInEnglish(now, units),
    days: days.map((day) => ({
      date: day.date,
      weather: language === "zh" ? dayInChinese(day, units) : dayInEnglish(day),
    })),
    unit: units === "imperial" ? "°F" : "°C",
  };
}

function nowInEnglish(
  { temperature, feelsLike, sky, humidityPercent, wind }: WeatherReport["now"],
  units: WeatherUnits,
) {
  const feeling = Math.abs(feelsLike - temperature) < 2 ? "" : `, which feels like ${feelsLike}`;
  const speed = `${wind} ${units === "imperial" ? "miles" : "kilometers"} an hour`;
  return `${sky}, ${degrees(temperature)}${feeling}, humidity ${humidityPercent} percent, wind ${speed}`;
}

function nowInChinese(
  { temperature, feelsLike, sky, humidityPercent, wind }: WeatherReport["now"],
  units: WeatherUnits,
) {
  const feeling = Math.abs(feelsLike - temperature) < 2 ? "" : `，体感${chineseDegrees(feelsLike, units)}`;
  const speed = units === "imperial" ? `每小时${wind}英里` : `每小时${wind}公里`;
  return `${sky}，${chineseDegrees(temperature, units)}${feeling}，湿度百分之${humidityPercent}，风速${speed}`;
}

function dayInEnglish({ sky, low, high, rainPercent }: WeatherDay): string {
  const rain = rainPercent === undefined ? "" : `, ${rainPercent} percent chance of rain`;
  return `${sky}, ${low === high ? degrees(high) : `${low} to ${degrees(high)}`}${rain}`;
}

function dayInChinese({ sky, low, high, rainPercent }: WeatherDay, units: WeatherUnits): string {
  const rain = rainPercent === undefined ? "" : `，降水概率百分之${rainPercent}`;
  const range = low === high ? "" : `${signed(low)}到`;
  return `${sky}，${range}${chineseDegrees(high, units)}${rain}`;
}

function degrees(value: number): string {
  return `${value} ${Math.abs(value) === 1 ? "degree" : "degrees"}`;
}

function chineseDegrees(value: number, units: WeatherUnits): string {
  return units === "imperial" ? `华氏${signed(value)}度` : `${signed(value)}度`;
}

function signed(value: number): string {
  return value < 0 ? `零下${-value}` : String(value);
}
