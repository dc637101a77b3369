import { z } from "zod";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import type { Web } from "../../web.ts";
import { parsed } from "../parsed.ts";
import { readPluginSettings } from "../plugin-settings.ts";

const MAX_CHARACTERS = 600;

export const webSearchSettings = z.strictObject({
  provider: z
    .enum(["searxng", "tavily", "metaso"])
    .optional()
    .describe("Who is asked; by default your own SearXNG when its url is set, else Tavily."),
  url: z
    .url()
    .optional()
    .describe("Address of a SearXNG that gives JSON, or of a server that speaks as the provider does."),
  api_key: z.string().default("").describe("Key of Tavily or Metaso."),
  max_results: z.int().min(1).max(10).default(5).describe("Pages that a model is told of."),
});

type Settings = z.output<typeof webSearchSettings>;

/** What a search found. */
interface Found {
  /** In a few sentences, where the provider gives that. */
  readonly answer?: string | undefined;
  readonly results: readonly { readonly title: string; readonly text: string; readonly url: string }[];
}

type Search = (query: string, signal: AbortSignal) => Promise<Found>;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const searxng = z.object({
  answers: z.array(z.union([z.string(), z.object({ answer: z.string() })])).default([]),
  results: z.array(z.object({ title: text, content: text, url: text })).default([]),
});
const tavily = z.object({
  answer: text,
  results: z.array(z.object({ title: text, content: text, url: text })).default([]),
});
const metaso = z.object({
  webpages: z.array(z.object({ title: text, snippet: text, summary: text, link: text })).default([]),
});

/** Searches the web. Undefined while nobody is named who could be asked. */
export function webSearch(host: PluginHost): Plugin | undefined {
  const settings = readPluginSettings("web_search", webSearchSettings, host.settings);
  const provider = settings.provider ?? (settings.url ? "searxng" : "tavily");
  const missing = provider === "searxng" ? !settings.url && "address" : settings.api_key === "" && "key";
  if (missing) {
    const key = missing === "key" ? "plugins.web_search.api_key" : "plugins.web_search.url";
    host.log.warn(`the web cannot be searched: no ${missing} set: ${key}`);
    return undefined;
  }
  const search = PROVIDERS[provider](settings, host.web);
  return definePlugin({
    name: "web_search",
    description: "Searches the web: for what is new, or what you do not know for sure.",
    params: { query: { type: "string", description: "What to search for, in a few words." } },
    run: async ({ query }, _caller, signal) => {
      const { answer, results } = await search(query.trim(), signal);
      const found = results.slice(0, settings.max_results).map((result) => shortened(result));
      if (found.length === 0 && !answer) return `Nothing was found for "${query.slice(0, 80)}".`;
      return { data: { ...(answer && { answer: answer.slice(0, MAX_CHARACTERS) }), results: found } };
    },
  });
}

const PROVIDERS: { readonly [name in NonNullable<Settings["provider"]>]: (settings: Settings, web: Web) => Search } = {
  searxng: ({ url = "" }, web) => {
    const base = url.replace(/\/+$/, "");
    return async (q, signal) => {
      const found = await web.json(`${base}/search`, { query: { q, format: "json" }, signal });
      const { answers, results } = parsed(searxng, found, base);
      const [first] = answers;
      return { answer: typeof first === "object" ? first.answer : first, results: results.map(fromContent) };
    };
  },
  tavily: ({ url = "https://api.tavily.com/search", api_key, max_results }, web) => {
    const headers = { Authorization: `Bearer ${api_key}` };
    return async (query, signal) => {
      const body = { query, max_results, include_answer: true };
      const { answer, results } = parsed(tavily, await web.json(url, { headers, body, signal }), url);
      return { answer, results: results.map(fromContent) };
    };
  },
  metaso: ({ url = "https://metaso.cn/api/v1/search", api_key, max_results }, web) => {
    const headers = { Authorization: `Bearer ${api_key}`, Accept: "application/json" };
    return async (q, signal) => {
      const body = { q, scope: "webpage", size: max_results, includeSummary: true };
      const { webpages } = parsed(metaso, await web.json(url, { headers, body, signal }), url);
      return {
        results: webpages.map(({ title, snippet, summary, link }) => ({ title, text: summary || snippet, url: link })),
      };
    };
  },
};

function fromContent({ title, content, url }: { title: string; content: string; url: string }) {
  return { title, text: content, url };
}

/** A page by its site: nobody wants to hear an address. */
function shortened({ title, text, url }: Found["results"][number]) {
  return { title, text: text.slice(0, MAX_CHARACTERS), site: URL.canParse(url) ? new URL(url).host : "" };
}
