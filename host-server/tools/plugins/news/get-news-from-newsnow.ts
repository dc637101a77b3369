import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import { parsed } from "../parsed.ts";
import { readPluginSettings } from "../plugin-settings.ts";
import { LANG_PARAM } from "../user-language.ts";
import type { NewsItem } from "./feed.ts";
import { NEWSNOW_SOURCES } from "./newsnow-sources.ts";
import { DETAIL_PARAMS, ToldNews } from "./told-news.ts";

export const newsnowSettings = z.strictObject({
  url: z
    .url()
    .default("https://newsnow.busiyi.world/api/s?id=")
    .describe("Address of a NewsNow, up to the source's id: your own one, or the project's."),
  news_sources: z
    .string()
    .default("澎湃新闻;百度热搜;财联社")
    .describe("Sources that are offered, by name or id, with ; between them; the first is the default."),
  count: z.int().min(1).max(20).default(5).describe("Pieces of news that are told at once."),
});

const answer = z.object({
  items: z.array(z.object({ title: z.string(), url: z.string().default("") })).default([]),
});

/** Tells the news of a NewsNow: what is read and searched for most, site by site. */
export function getNewsFromNewsnow(host: PluginHost): Plugin {
  const { url, news_sources, count } = readPluginSettings("get_news_from_newsnow", newsnowSettings, host.settings);
  const sources = news_sources
    .split(/[;；]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const told = new ToldNews(host.web);
  return definePlugin({
    name: "get_news_from_newsnow",
    description: `Gets the latest news, by headline. Sources: ${sources.join(", ")}. More of a piece by detail.`,
    params: {
      source: { type: "string", description: `The source; leave it out for ${sources[0]}.`, default: "" },
      ...DETAIL_PARAMS,
      lang: LANG_PARAM,
    },
    run: async ({ source, detail, title }, { deviceId }, signal) => {
      if (detail) return { data: await told.detail(deviceId, title, signal) };
      const name = source.trim() || (sources[0] ?? "");
      const address = url + encodeURIComponent(idOf(name));
      const { items } = parsed(answer, await host.web.json(address, { signal }), url);
      if (items.length === 0) throw new ToolError("news-none", `${name} has no news now.`);
      const news = items.slice(0, count).map((item): NewsItem => ({ ...item, summary: "" }));
      told.remember(deviceId, news);
      return { data: { source: name, news: news.map((item) => item.title) } };
    },
  });
}

/** The id of a source; one that is not known by name may be an id. */
function idOf(name: string): string {
  const [, id] = Object.entries(NEWSNOW_SOURCES).find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
  return id ?? name;
}
