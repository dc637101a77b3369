import type { Tool } from "mcp/tool";
import { wireTool } from "mcp/tool-list";
import { log } from "modules/system/log";

/** Stands for the device's MCP server, and tells which tools it was given: all that the firmware makes of a board. */
export class McpServer {
  constructor({ tools }: { readonly tools: readonly Tool[] }) {
    for (const tool of tools) log.info(`tool ${JSON.stringify(wireTool(tool))}`);
  }
}
