import type { Config } from "../../config/schema.ts";
import { builtInPlugins } from "../../tools/built-in-plugins.ts";

/** Plugins of ours that the reference has, by the same names and with the same settings. */
const SHARED: ReadonlySet<string> = new Set([
  "call_device",
  "change_role",
  "get_lunar",
  "get_news_from_chinanews",
  "get_news_from_newsnow",
  "get_weather",
  "handle_exit_intent",
  "play_music",
  "search_from_ragflow",
  "web_search",
]);

/** The plugins of a configuration, each with its settings as JSON; without calls where devices cannot call each other. */
export function referencePlugins(
  { plugins, home_assistant: home }: Config,
  { hasCalls }: { readonly hasCalls: boolean },
): Readonly<Record<string, string>> {
  const chosen = Object.keys(builtInPlugins).flatMap((name): [string, string][] => {
    const settings = plugins[name] ?? builtInPlugins[name]?.byDefault ?? false;
    if (settings === false || !SHARED.has(name) || (name === "call_device" && !hasCalls)) return [];
    return [[name, JSON.stringify(settings === true ? {} : given(settings))]];
  });
  const house = { base_url: home.url, api_key: home.token, devices: home.devices.join(";") };
  const ofHome = home.url === "" ? [] : ["hass_state", "hass_play_music"].map((name) => [name, JSON.stringify(house)]);
  return Object.fromEntries([...chosen, ...ofHome]);
}

/** Where nothing was set, the reference has a default that counts while the key is missing. */
function given(settings: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== "" && value !== null));
}
