import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import type { Web } from "../../web.ts";
import { parsed } from "../parsed.ts";
import type { WeatherQuestion, WeatherReport, WeatherSource } from "./weather-report.ts";

const OK = "200";
/** Codes of QWeather that mean that it knows nothing of the place. */
const UNKNOWN = ["204", "404"];

const number = z.coerce.number();
const coded = z.object({ code: z.string().default(OK) });
const places = z.object({ location: z.array(z.object({ id: z.string(), name: z.string() })).default([]) });
const current = z.object({
  now: z.object({ temp: number, feelsLike: number, text: z.string(), humidity: number, windSpeed: number }),
});
const forecast = z.object({
  daily: z.array(z.object({ fxDate: z.string(), textDay: z.string(), tempMin: number, tempMax: number })),
});

export interface QWeatherOptions {
  readonly web: Web;
  /** Host of the account's API: `abc123.re.qweatherapi.com`. */
  readonly host: string;
  readonly key: string;
}

/** QWeather, which the reference asks: its own words for the sky, in the user's language. */
export function qWeather({ web, host, key }: QWeatherOptions): WeatherSource {
  const base = /^https?:\/\//.test(host) ? host.replace(/\/+$/, "") : `https://${host}`;
  const ask = async (path: string, query: Record<string, string>, signal: AbortSignal): Promise<unknown> => {
    const answer = await web.json(base + path, { query, headers: { "X-QW-Api-Key": key }, signal });
    const { code } = parsed(coded, answer, base);
    if (code !== OK && !UNKNOWN.includes(code)) {
      throw new ToolError("web-refused", `${new URL(base).host} answered ${code}; check plugins.get_weather.api_key`);
    }
    return answer;
  };
  return async (question) => {
    const { location, language: lang, signal } = question;
    const found = parsed(places, await ask("/geo/v2/city/lookup", { location, lang }, signal), base);
    const [place] = found.location;
    if (!place) throw new ToolError("weather-place", `There is no place named "${location.slice(0, 60)}".`);
    const query = { location: place.id, lang, unit: question.units === "imperial" ? "i" : "m" };
    const [now, days] = await Promise.all([
      ask("/v7/weather/now", query, signal),
      ask("/v7/weather/7d", query, signal),
    ]);
    return reportOf(place.name, parsed(current, now, base).now, parsed(forecast, days, base).daily, question);
  };
}

function reportOf(
  place: string,
  now: z.output<typeof current>["now"],
  days: z.output<typeof forecast>["daily"],
  { language }: WeatherQuestion,
): WeatherReport {
  const words = (sky: string) => (language === "zh" ? sky : sky.toLowerCase());
  return {
    place,
    now: {
      temperature: now.temp,
      feelsLike: now.feelsLike,
      sky: words(now.text),
      humidityPercent: now.humidity,
      wind: now.windSpeed,
    },
    days: days.map(({ fxDate: date, textDay, tempMin: low, tempMax: high }) => ({
      date,
      sky: words(textDay),
      low,
      high,
    })),
  };
}
