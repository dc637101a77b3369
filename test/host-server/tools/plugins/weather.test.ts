import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Asked, plugin, type Site } from "../../fakes/plugin.ts";

const CURRENT = {
  temperature_2m: 3.4,
  apparent_temperature: -0.6,
  relative_humidity_2m: 81,
  weather_code: 61,
  wind_speed_10m: 14.2,
};
const DAILY = {
  time: ["2026-11-22", "2026-11-23", "2026-11-24"],
  weather_code: [61, 0, null],
  temperature_2m_max: [5.2, 1.4, null],
  temperature_2m_min: [-0.4, -3.6, null],
  precipitation_probability_max: [80, null, null],
};
const PLACES: Record<string, string> = { berlin: "Berlin", 北京: "北京市" };

/** Open-Meteo, as far as it is asked. */
const openMeteo: Site = ({ url }) => {
  if (url.pathname === "/v1/forecast") return { current: CURRENT, daily: DAILY };
  const name = PLACES[url.searchParams.get("name")?.toLowerCase() ?? ""];
  return name ? { results: [{ name, latitude: 52.52, longitude: 13.4 }] } : { generationtime_ms: 1 };
};

test("the weather of a place in sentences, without a key", async () => {
  const { run, asked } = plugin("get_weather", { site: openMeteo });
  const { data } = await run({ location: "Berlin", lang: "en_US" });
  assert.deepEqual(data, {
    place: "Berlin",
    now: "light rain, 3 degrees, which feels like -1, humidity 81 percent, wind 14 kilometers an hour",
    days: [
      { date: "2026-11-22", weather: "light rain, 0 to 5 degrees, 80 percent chance of rain" },
      { date: "2026-11-23", weather: "clear sky, -4 to 1 degree" },
    ],
    unit: "°C",
  });
  assert.deepEqual(
    asked.map(({ url }) => url.host),
    ["geocoding-api.open-meteo.com", "api.open-meteo.com"],
  );
  assert.equal(asked[1]?.url.searchParams.get("latitude"), "52.52");
  await run({ location: "berlin", lang: "en_US" });
  assert.equal(asked.length, 3, "where a place lies is asked once");
});

test("in Chinese, and with the word for a city that the service does not know", async () => {
  const { run } = plugin("get_weather", { site: openMeteo });
  const { data } = await run({ location: "北京市" });
  assert.equal(data?.["now"], "小雨，3度，体感零下1度，湿度百分之81，风速每小时14公里");
  assert.deepEqual(data?.["days"], [
    { date: "2026-11-22", weather: "小雨，0到5度，降水概率百分之80" },
    { date: "2026-11-23", weather: "晴，零下4到1度" },
  ]);
});

test("the place of the settings stands for one that is not named, in its units", async () => {
  const settings = { default_location: "Berlin", units: "imperial" };
  const { run, asked, tool } = plugin("get_weather", { site: openMeteo, settings });
  const { data } = await run();
  assert.match(tool?.inputSchema ? JSON.stringify(tool.inputSchema) : "", /Leave it out for Berlin/);
  assert.equal(asked[1]?.url.searchParams.get("temperature_unit"), "fahrenheit");
  assert.equal(data?.["unit"], "°F");
  assert.match(String(data?.["now"]), /miles an hour$/);
  assert.match(String((await run({ lang: "zh_CN" })).data?.["now"]), /华氏3度.*每小时14英里$/);
});

test("what is missing is said", async () => {
  await assert.rejects(plugin("get_weather", { site: openMeteo }).run(), {
    message: "No place was named, and no default set: plugins.get_weather.default_location",
  });
  await assert.rejects(plugin("get_weather", { site: openMeteo }).run({ location: "Atlantis" }), {
    message: 'There is no place named "Atlantis".',
  });
  const settings = { api_key: "k" };
  await assert.rejects(plugin("get_weather", { settings }).run({ location: "Berlin" }), {
    message: "No host is set beside the key of QWeather: plugins.get_weather.api_host",
  });
});

/** QWeather, as far as it is asked. */
function qWeather({ url, headers }: Asked): object {
  if (headers.get("x-qw-api-key") !== "secret") return { code: "401" };
  if (url.pathname === "/geo/v2/city/lookup") {
    return url.searchParams.get("location") === "广州"
      ? { code: "200", location: [{ id: "101280101", name: "广州" }] }
      : { code: "404" };
  }
  assert.equal(url.searchParams.get("location"), "101280101");
  if (url.pathname === "/v7/weather/now") {
    return { code: "200", now: { temp: "22", feelsLike: "22", text: "多云", humidity: "60", windSpeed: "8" } };
  }
  return { code: "200", daily: [{ fxDate: "2026-11-22", textDay: "晴", tempMin: "16", tempMax: "25" }] };
}

test("with a key QWeather is asked, as the reference does", async () => {
  const settings = { api_key: "secret", api_host: "abc.re.qweatherapi.com", default_location: "广州" };
  const { run, asked } = plugin("get_weather", { site: qWeather, settings });
  const { data } = await run({ lang: "zh_CN" });
  assert.equal(data?.["now"], "多云，22度，湿度百分之60，风速每小时8公里");
  assert.deepEqual(data?.["days"], [{ date: "2026-11-22", weather: "晴，16到25度" }]);
  assert.ok(asked.every(({ url }) => url.origin === "https://abc.re.qweatherapi.com"));
  await assert.rejects(run({ location: "亚特兰蒂斯" }), /There is no place named/);
  const wrong = plugin("get_weather", { site: qWeather, settings: { ...settings, api_key: "no" } });
  await assert.rejects(wrong.run({}), {
    message: "abc.re.qweatherapi.com answered 401; check plugins.get_weather.api_key",
  });
});

test("a service that fails is named, and one that hangs is not waited for", async () => {
  const run = (site: Site | undefined) => plugin("get_weather", site ? { site } : {}).run({ location: "Berlin" });
  await assert.rejects(run(undefined), { message: "geocoding-api.open-meteo.com cannot be reached: ENOTFOUND" });
  await assert.rejects(
    run(() => Response.json({ error: true, reason: "Daily limit exceeded." }, { status: 429 })),
    { message: "geocoding-api.open-meteo.com answered 429 Daily limit exceeded." },
  );
  await assert.rejects(
    run(() => "<html>"),
    { message: 'geocoding-api.open-meteo.com: expected JSON, got "<html>"' },
  );
  const { run: ask, clock } = plugin("get_weather", { site: () => new Promise<Response>(() => {}) });
  const asking = ask({ location: "Berlin" });
  const failing = assert.rejects(asking, { message: "geocoding-api.open-meteo.com gave no answer within 8 s" });
  await clock.advance(8_000);
  await failing;
});

test("who interrupts ends the request", async () => {
  const { run } = plugin("get_weather", { site: () => new Promise<Response>(() => {}) });
  const abort = new AbortController();
  const asking = run({ location: "Berlin" }, abort.signal);
  abort.abort(new Error("interrupted"));
  await assert.rejects(asking, { message: "interrupted" });
});

test("no answer of a service breaks the plugin", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (place, weather) => {
      const site: Site = ({ url }) => Response.json(url.pathname === "/v1/search" ? place : weather);
      await assert.rejects(plugin("get_weather", { site }).run({ location: "Berlin" }), { name: "ToolError" });
    }),
    { numRuns: 50 },
  );
});
