import { isObject } from "../../protocol/json.ts";
import type { McpTool } from "../../protocol/mcp.ts";

/** Whether a model may know the tool: one for the user alone (`annotations.audience` is `["user"]`) is never shown to it. */
export function isForModels({ annotations }: McpTool): boolean {
  const audience = isObject(annotations) ? annotations["audience"] : undefined;
  return !Array.isArray(audience) || audience.length === 0 || audience.includes("assistant");
}
