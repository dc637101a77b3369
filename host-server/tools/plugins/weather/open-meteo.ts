import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import type { Web } from "../../web.ts";
import { parsed } from "../parsed.ts";
import { skyWords } from "./sky-words.ts";
import type { WeatherQuestion, WeatherReport, WeatherSource } from "./weather-report.ts";

const DAYS = 7;
/** Places that are remembered: where they lie does not change. */
const REMEMBERED_PLACES = 200;
/** What follows the name of a Chinese place, and is not part of it for the service. */
const CHINESE_KIND = /(?<=.{2})(?:市|区|县|省)$/u;

const places = z.object({
  results: z
    .array(z.object({ name: z.string(), latitude: z.number(), longitude: z.number(), country: z.string().optional() }))
    .default([]),
});

const numbers = z.array(z.number().nullable());
const forecast = z.object({
  current: z.object({
    temperature_2m: z.number(),
    apparent_temperature: z.number(),
    relative_humidity_2m: z.number(),
    weather_code: z.number(),
    wind_speed_10m: z.number(),
  }),
  daily: z.object({
    time: z.array(z.string()),
    weather_code: numbers,
    temperature_2m_max: numbers,
    temperature_2m_min: numbers,
    precipitation_probability_max: numbers.optional(),
  }),
});

type Place = z.output<typeof places>["results"][number];
type Forecast = z.output<typeof forecast>;

export interface OpenMeteoOptions {
  readonly web: Web;
  /** Base addresses of the forecast and of the search for places. */
  readonly forecastUrl: string;
  readonly placesUrl: string;
}

/** Open-Meteo: free for non-commercial use, and needs no key. */
export function openMeteo({ web, forecastUrl, placesUrl }: OpenMeteoOptions): WeatherSource {
  const known = new Map<string, Place>();
  const search = async (name: string, { language, signal }: WeatherQuestion) => {
    const query = { name, count: 1, language, format: "json" };
    return parsed(places, await web.json(`${placesUrl}/v1/search`, { query, signal }), placesUrl).results[0];
  };
  const find = async (question: WeatherQuestion): Promise<Place> => {
    const { location, language } = question;
    const key = `${language} ${location.toLowerCase()}`;
    const plain = location.replace(CHINESE_KIND, "");
    const place =
      known.get(key) ?? (await search(location, question)) ?? (plain !== location && (await search(plain, question)));
    if (!place) throw new ToolError("weather-place", `There is no place named "${location.slice(0, 60)}".`);
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED_PLACES && oldest !== undefined) known.delete(oldest);
    known.set(key, place);
    return place;
  };
  return async (question) => {
    const place = await find(question);
    const query = { ...forecastQuery(question), latitude: place.latitude, longitude: place.longitude };
    const answer = await web.json(`${forecastUrl}/v1/forecast`, { query, signal: question.signal });
    return reportOf(place.name, parsed(forecast, answer, forecastUrl), question);
  };
}

function forecastQuery({ units }: WeatherQuestion): Record<string, string | number> {
  return {
    current: "temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m",
    daily: "weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max",
    timezone: "auto",
    forecast_days: DAYS,
    ...(units === "imperial" && { temperature_unit: "fahrenheit", wind_speed_unit: "mph" }),
  };
}

function reportOf(place: string, { current, daily }: Forecast, { language }: WeatherQuestion): WeatherReport {
  return {
    place,
    now: {
      temperature: rounded(current.temperature_2m),
      feelsLike: rounded(current.apparent_temperature),
      sky: skyWords(current.weather_code, language),
      humidityPercent: rounded(current.relative_humidity_2m),
      wind: rounded(current.wind_speed_10m),
    },
    days: daily.time.flatMap((date, at) => {
      const [code, low, high] = [daily.weather_code[at], daily.temperature_2m_min[at], daily.temperature_2m_max[at]];
      // The last day may not be known yet.
      if (code == null || low == null || high == null) return [];
      const rainPercent = daily.precipitation_probability_max?.[at] ?? undefined;
      return [{ date, sky: skyWords(code, language), low: rounded(low), high: rounded(high), rainPercent }];
    }),
  };
}

/** Without a minus before zero, which would be read out. */
function rounded(value: number): number {
  return Math.round(value) || 0;
}
