import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import { readPluginSettings } from "../plugin-settings.ts";
import { LANG_PARAM, languageFor } from "../user-language.ts";
import { openMeteo } from "./open-meteo.ts";
import { qWeather } from "./qweather.ts";
import { spokenReport, type WeatherSource } from "./weather-report.ts";

export const weatherSettings = z.strictObject({
  default_location: z.string().default("").describe("The place when the user names none: Berlin, 广州."),
  units: z.enum(["metric", "imperial"]).default("metric").describe("Degrees Celsius and km/h, or Fahrenheit and mph."),
  api_key: z.string().default("").describe("Key of QWeather; without one Open-Meteo is asked, which needs none."),
  api_host: z.string().default("").describe("Host of your QWeather account: abc123.re.qweatherapi.com."),
  forecast_url: z.url().default("https://api.open-meteo.com").describe("Address of Open-Meteo, or of your own one."),
  places_url: z
    .url()
    .default("https://geocoding-api.open-meteo.com")
    .describe("Address of Open-Meteo's search for places."),
});

/** Tells the weather of a place: now, and the days that follow. */
export function getWeather(host: PluginHost): Plugin {
  const settings = readPluginSettings("get_weather", weatherSettings, host.settings);
  const source = sourceOf(settings, host);
  const { default_location: home, units } = settings;
  const fallback = home === "" ? "" : ` Leave it out for ${home}.`;
  return definePlugin({
    name: "get_weather",
    description: "Gets the weather of a place: now, and the forecast for seven days, today first.",
    params: {
      location: { type: "string", description: `The place, for example Berlin or 杭州.${fallback}`, default: "" },
      lang: LANG_PARAM,
    },
    run: async ({ location, lang }, _caller, signal) => {
      const place = location.trim() || home;
      if (place === "") {
        throw new ToolError(
          "weather-place",
          "No place was named, and no default set: plugins.get_weather.default_location",
        );
      }
      const language = languageFor(lang, location);
      return { data: spokenReport(await source({ location: place, language, units, signal }), language, units) };
    },
  });
}

function sourceOf(settings: z.output<typeof weatherSettings>, { web }: PluginHost): WeatherSource {
  const { api_key: key, api_host: qweatherHost, forecast_url: forecastUrl, places_url: placesUrl } = settings;
  if (key === "") return openMeteo({ web, forecastUrl: plain(forecastUrl), placesUrl: plain(placesUrl) });
  if (qweatherHost !== "") return qWeather({ web, host: qweatherHost, key });
  return () => {
    throw new ToolError("weather-host", "No host is set beside the key of QWeather: plugins.get_weather.api_host");
  };
}

function plain(url: string): string {
  return url.replace(/\/+$/, "");
}
