import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import { parsed } from "../parsed.ts";
import { readPluginSettings } from "../plugin-settings.ts";

const MAX_CHUNKS = 5;

export const ragflowSettings = z.strictObject({
  base_url: z
    .union([z.literal(""), z.url()])
    .default("")
    .describe("Address of the RAGFlow: http://192.168.1.5:9380."),
  api_key: z.string().default("").describe("Key of its API."),
  dataset_ids: z.array(z.string()).default([]).describe("Ids of the knowledge bases that are searched."),
  description: z
    .string()
    .default("Searches the user's own knowledge base. Use it for questions about what is kept there.")
    .describe("Tells the model what is in the knowledge base, and when to search it."),
});

const answer = z.object({
  code: z.number().default(0),
  message: z.string().optional(),
  data: z
    .union([z.object({ chunks: z.array(z.object({ content: z.string() })).default([]) }), z.boolean(), z.null()])
    .optional(),
});

/** Searches knowledge bases of a RAGFlow. Undefined while its address, key or knowledge bases are missing. */
export function searchFromRagflow(host: PluginHost): Plugin | undefined {
  const settings = readPluginSettings("search_from_ragflow", ragflowSettings, host.settings);
  const { base_url, api_key, dataset_ids, description } = settings;
  const missing = (["base_url", "api_key", "dataset_ids"] as const).find((key) => settings[key].length === 0);
  if (missing) {
    host.log.warn(`no knowledge base can be searched: not set: plugins.search_from_ragflow.${missing}`);
    return undefined;
  }
  const url = `${base_url.replace(/\/+$/, "")}/api/v1/retrieval`;
  const headers = { Authorization: `Bearer ${api_key}` };
  return definePlugin({
    name: "search_from_ragflow",
    description,
    params: { question: { type: "string", description: "What the user wants to know." } },
    run: async ({ question }, _caller, signal) => {
      const body = { question, dataset_ids };
      const { code, message = "", data } = parsed(answer, await host.web.json(url, { headers, body, signal }), url);
      if (code !== 0) throw new ToolError("web-refused", `the knowledge base answered ${code} ${message}`.trim());
      const chunks = data && typeof data === "object" ? data.chunks.slice(0, MAX_CHUNKS) : [];
      if (chunks.length === 0) return "The knowledge base has nothing about this.";
      return chunks.map(({ content }) => content.trim()).join("\n\n");
    },
  });
}
