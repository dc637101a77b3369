import { z } from "zod";
import type { Plugin, PluginHost } from "./plugin.ts";
import { announce, announceSettings } from "./plugins/announce.ts";
import { type CallDevice, callDevice, callDeviceSettings } from "./plugins/call-device.ts";
import { changeRole, changeRoleSettings } from "./plugins/change-role.ts";
import { getLunar } from "./plugins/get-lunar.ts";
import { getTime } from "./plugins/get-time.ts";
import { handleExitIntent } from "./plugins/handle-exit-intent.ts";
import { hassGetState } from "./plugins/home-assistant/hass-get-state.ts";
import { hassPlayMusic } from "./plugins/home-assistant/hass-play-music.ts";
import { hassSetState } from "./plugins/home-assistant/hass-set-state.ts";
import type { Home, HomeSettings } from "./plugins/home-assistant/home.ts";
import { forHome } from "./plugins/home-assistant/home-plugins.ts";
import { musicSettings, playMusic } from "./plugins/music/play-music.ts";
import { feedSettings, getNewsFromChinanews } from "./plugins/news/get-news-from-chinanews.ts";
import { getNewsFromNewsnow, newsnowSettings } from "./plugins/news/get-news-from-newsnow.ts";
import { reminderPlugins } from "./plugins/reminders/reminder-plugins.ts";
import { ragflowSettings, searchFromRagflow } from "./plugins/search/search-from-ragflow.ts";
import { type KnowledgeBase, knowledgeSettings, searchKnowledge } from "./plugins/search/search-knowledge.ts";
import { webSearch, webSearchSettings } from "./plugins/search/web-search.ts";
import { getWeather, weatherSettings } from "./plugins/weather/get-weather.ts";
import type { Reach } from "./reach.ts";

/** What plugins of this server may use beside what every plugin may. */
export interface ServerAbilities {
  /** Absent where devices cannot call each other. */
  readonly callDevice?: CallDevice;
  /** Absent where no device can be spoken through. */
  readonly reach?: Reach;
  /** Absent where there is no database. */
  readonly knowledge?: KnowledgeBase | undefined;
  /** Prompts of the configuration's agents, by name. */
  readonly agents?: Readonly<Record<string, string>>;
  /** The home that can be controlled. */
  readonly home?: HomeSettings;
}

/** A plugin that comes with the server. */
export interface BuiltInPlugin {
  /** What may stand in its block of the configuration; its description tells people what the plugin does. */
  readonly settings: z.ZodObject;
  /** Whether it is in use where the configuration does not name it. */
  readonly byDefault: boolean;
  /** Makes its tools, or none where they would be of no use. @throws ConfigError when its settings are wrong */
  create(host: PluginHost, abilities: ServerAbilities): Plugin | readonly Plugin[] | undefined;
}

const NO_SETTINGS = z.strictObject({});

/** The home's settings are shared: `home_assistant`. */
function homePlugin(what: string, create: (home: Home) => Plugin): BuiltInPlugin {
  const ofHome = forHome(create);
  return { settings: NO_SETTINGS.describe(what), byDefault: true, create: (host, { home }) => ofHome(host, home) };
}

/** The plugins of this server by name, in the order in which models see them. */
export const builtInPlugins: { readonly [name: string]: BuiltInPlugin } = {
  handle_exit_intent: {
    settings: NO_SETTINGS.describe("Ends the conversation when the user says goodbye."),
    byDefault: true,
    create: () => handleExitIntent,
  },
  get_time: { settings: NO_SETTINGS.describe("Tells the date and the time."), byDefault: true, create: getTime },
  get_lunar: {
    settings: NO_SETTINGS.describe(
      "Tells the Chinese calendar: lunar date, festivals, solar terms, what a day is good for.",
    ),
    byDefault: true,
    create: getLunar,
  },
  change_role: {
    settings: changeRoleSettings.describe("Takes another role when the user asks for it."),
    byDefault: true,
    create: (host, { agents }) => changeRole(host, agents),
  },
  call_device: {
    settings: callDeviceSettings.describe("Calls another device, so that two people can talk."),
    byDefault: true,
    create: (host, { callDevice: call }) => callDevice(host, call),
  },
  get_weather: {
    settings: weatherSettings.describe("Tells the weather now and on the days to come."),
    byDefault: true,
    create: getWeather,
  },
  set_reminder: {
    settings: NO_SETTINGS.describe("Reminds at a time, or after a while."),
    byDefault: true,
    create: (host, { reach }) => reminderPlugins(host, reach),
  },
  announce: {
    settings: announceSettings.describe("Says something on other devices."),
    byDefault: true,
    create: (host, { reach }) => announce(host, reach),
  },
  play_music: { settings: musicSettings.describe("Plays music of this computer."), byDefault: true, create: playMusic },
  get_news_from_newsnow: {
    settings: newsnowSettings.describe("Tells the news of the sources that a NewsNow gathers."),
    byDefault: false,
    create: getNewsFromNewsnow,
  },
  get_news_from_chinanews: {
    settings: feedSettings.describe("Tells the news of RSS and Atom feeds."),
    byDefault: false,
    create: getNewsFromChinanews,
  },
  web_search: { settings: webSearchSettings.describe("Searches the web."), byDefault: false, create: webSearch },
  search_knowledge: {
    settings: knowledgeSettings.describe("Looks things up in the documents of this server."),
    byDefault: true,
    create: (host, { knowledge }) => searchKnowledge(host, knowledge),
  },
  search_from_ragflow: {
    settings: ragflowSettings.describe("Looks things up in the knowledge bases of a RAGFlow."),
    byDefault: false,
    create: searchFromRagflow,
  },
  hass_get_state: homePlugin("Tells how lamps and devices of Home Assistant are.", hassGetState),
  hass_set_state: homePlugin("Switches and sets lamps and devices of Home Assistant.", hassSetState),
  hass_play_music: homePlugin("Plays music on loudspeakers of Home Assistant.", hassPlayMusic),
};
