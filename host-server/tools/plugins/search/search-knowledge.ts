import { z } from "zod";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import { readPluginSettings } from "../plugin-settings.ts";

/** Names of documents that a model is told of. */
const MAX_NAMES = 30;
const NOTHING = "The documents say nothing about this.";

export const knowledgeSettings = z.strictObject({
  collections: z
    .array(z.string())
    .default([])
    .describe("Folders of data/knowledge that are searched; none: everything."),
  description: z
    .string()
    .default("Searches the user's own documents. Use it for questions about what they may tell.")
    .describe("Tells the model what is in the documents, and when to search them."),
  max_results: z.int().min(1).max(10).default(4).describe("Passages that a model is given."),
});

/** Documents that can be searched. */
export interface KnowledgeBase {
  readonly documents: readonly { readonly collection: string; readonly name: string }[];
  search(
    question: string,
    where: { readonly collections: readonly string[]; readonly limit: number },
  ): Promise<readonly { readonly document: string; readonly heading: string; readonly text: string }[]>;
}

/** Searches the documents of the server. Undefined where there is no database. */
export function searchKnowledge(host: PluginHost, knowledge: KnowledgeBase | undefined): Plugin | undefined {
  const settings = readPluginSettings("search_knowledge", knowledgeSettings, host.settings);
  const { collections, description, max_results: limit } = settings;
  if (!knowledge) return undefined;
  const documents = () =>
    knowledge.documents.filter(({ collection }) => collections.length === 0 || collections.includes(collection));
  const plugin = definePlugin({
    name: "search_knowledge",
    description,
    params: { question: { type: "string", description: "What the user wants to know, with the words that matter." } },
    run: async ({ question }) => {
      const found = await knowledge.search(question, { collections, limit });
      if (found.length === 0) return NOTHING;
      return found.map(({ document, heading, text }) => `[${titleOf(document, heading)}]\n${text}`).join("\n\n");
    },
  });
  return {
    ...plugin,
    get tool() {
      const names = documents().map(({ name }) => name);
      const more = names.length > MAX_NAMES ? " …" : "";
      return {
        ...plugin.tool,
        description: `${description} Documents: ${names.slice(0, MAX_NAMES).join(", ")}${more}`,
      };
    },
    isOffered: () => documents().length > 0,
  };
}

function titleOf(document: string, heading: string): string {
  return heading === "" ? document : `${document} › ${heading}`;
}
