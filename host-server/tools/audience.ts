import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { McpTool } from "../../protocol/mcp.ts";
import type { SourceTool } from "./source.ts";

/** The tools that a model may know, as a source offers them: one for the user alone (`annotations.audience` is `["user"]`) is left out. */
export function toolsForModels(tools: readonly McpTool[]): SourceTool[] {
  return tools.filter(isForModels).map(({ name, description, inputSchema }) => {
    return { name, description, inputSchema: inputSchema as JsonObject };
  });
}

function isForModels({ annotations }: McpTool): boolean {
  const audience = isObject(annotations) ? annotations["audience"] : undefined;
  return !Array.isArray(audience) || audience.length === 0 || audience.includes("assistant");
}
