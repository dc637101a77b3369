import { copied } from "../protocol/copied.ts";
import type { McpTool } from "../protocol/mcp.ts";
import { inputSchema } from "../protocol/tool-schema.ts";
import { utf8Bytes } from "../protocol/utf8.ts";
import type { Tool } from "./tool.ts";

/** A page of `tools/list` as text, and where the next one begins. */
export interface ToolListPage {
  readonly tools: readonly McpTool[];
  readonly nextCursor?: string;
}

/** What servers and the gateway take in one message. */
const MAX_PAGE_BYTES = 8000;
/** `{"tools":[` */
const OPENING_BYTES = 10;
/** Room for the closing bracket and the cursor. */
const CLOSING_BYTES = 30;

/** One tool as it goes over the wire. */
export function wireTool(tool: Tool): McpTool {
  const { name, description, params, audience } = tool;
  return {
    name,
    description,
    inputSchema: copied(inputSchema(params)),
    ...(audience && { annotations: { audience: [audience] } }),
  };
}

/**
 * The page that begins with the tool named `cursor` (the first page without one), as many tools as fit 8000 bytes.
 *
 * @throws Error when the cursor names no tool, or a tool alone is too large
 */
export function toolListPage(tools: readonly Tool[], cursor: string | undefined): ToolListPage {
  const start = cursor === undefined || cursor === "" ? 0 : tools.findIndex(({ name }) => name === cursor);
  const page: McpTool[] = [];
  let bytes = OPENING_BYTES;
  for (const tool of start < 0 ? [] : tools.slice(start)) {
    const entry = wireTool(tool);
    bytes += utf8Bytes(JSON.stringify(entry)) + 1;
    if (bytes + CLOSING_BYTES > MAX_PAGE_BYTES) {
      if (page.length === 0) break;
      return { tools: page, nextCursor: tool.name };
    }
    page.push(entry);
  }
  if (page.length === 0 && tools.length > 0) {
    throw new Error(`Failed to add tool ${tools[start]?.name ?? cursor ?? ""} because of payload size limit`);
  }
  return { tools: page };
}
