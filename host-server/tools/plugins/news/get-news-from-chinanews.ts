import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import { readPluginSettings } from "../plugin-settings.ts";
import { LANG_PARAM } from "../user-language.ts";
import { feedItems } from "./feed.ts";
import { DETAIL_PARAMS, ToldNews } from "./told-news.ts";

const CHINANEWS = "https://www.chinanews.com.cn/rss";

export const feedSettings = z.strictObject({
  default_rss_url: z.url().default(`${CHINANEWS}/society.xml`).describe("Feed when the user names no category."),
  society_rss_url: z.url().default(`${CHINANEWS}/society.xml`).describe("Feed of category society (社会)."),
  world_rss_url: z.url().default(`${CHINANEWS}/world.xml`).describe("Feed of category world (国际)."),
  finance_rss_url: z.url().default(`${CHINANEWS}/finance.xml`).describe("Feed of category finance (财经)."),
  feeds: z
    .record(z.string().min(1), z.url())
    .default({})
    .describe("More categories: by what users call them, addresses of RSS or Atom feeds, in any language."),
  count: z.int().min(1).max(20).default(5).describe("Pieces of news that are told at once."),
});

/** Tells the news of RSS and Atom feeds: those of China News unless the settings name others. */
export function getNewsFromChinanews(host: PluginHost): Plugin {
  const settings = readPluginSettings("get_news_from_chinanews", feedSettings, host.settings);
  const feeds = feedsIn(settings);
  const names = [...feeds.keys()].join(", ");
  const told = new ToldNews(host.web);
  return definePlugin({
    name: "get_news_from_chinanews",
    description: `Gets the latest news with summaries. Categories: ${names}. More of a piece by detail.`,
    params: {
      category: { type: "string", description: "The category; leave it out for the default.", default: "" },
      ...DETAIL_PARAMS,
      lang: LANG_PARAM,
    },
    run: async ({ category, detail, title }, { deviceId }, signal) => {
      if (detail) return { data: await told.detail(deviceId, title, signal) };
      const name = category.trim().toLowerCase();
      const url = name === "" ? settings.default_rss_url : feeds.get(name);
      if (url === undefined)
        throw new ToolError("news-category", `There is no category "${name.slice(0, 40)}": ${names}.`);
      const items = feedItems(await host.web.text(url, { signal })).slice(0, settings.count);
      if (items.length === 0) throw new ToolError("news-none", `${new URL(url).host} has no news now.`);
      told.remember(deviceId, items);
      return { data: { news: items.map((item) => ({ title: item.title, summary: item.summary })) } };
    },
  });
}

/** Feeds by category, in small letters. */
function feedsIn(settings: z.output<typeof feedSettings>): ReadonlyMap<string, string> {
  const { society_rss_url, world_rss_url, finance_rss_url, feeds } = settings;
  return new Map([
    ["society", society_rss_url],
    ["社会", society_rss_url],
    ["world", world_rss_url],
    ["国际", world_rss_url],
    ["finance", finance_rss_url],
    ["财经", finance_rss_url],
    ...Object.entries(feeds).map(([name, url]) => [name.toLowerCase(), url] as const),
  ]);
}
