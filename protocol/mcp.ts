import { copied } from "./copied.ts";
import { ProtocolError, shown } from "./errors.ts";
import { Fields } from "./fields.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";
import type { InputSchema } from "./tool-schema.ts";

/** The version of the Model Context Protocol that devices speak. */
export const MCP_PROTOCOL_VERSION = "2024-11-05";

/** One entry of a `tools/list` answer. */
export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: InputSchema | JsonObject;
  /** `audience: ["user"]` marks a tool that a model must not call. */
  readonly annotations?: JsonObject;
}

export interface McpToolPage {
  readonly tools: readonly McpTool[];
  /** Where the next page begins; absent or empty on the last one. */
  readonly nextCursor?: string;
}

export interface McpTextContent {
  readonly type: "text";
  readonly text: string;
}

export interface McpCallResult {
  readonly content: readonly McpTextContent[];
  readonly structuredContent?: JsonObject;
  readonly isError: boolean;
}

/** What a called tool said, whichever form its device used. */
export interface McpToolOutcome {
  /** Text for the model. */
  readonly text: string;
  /** The same as data, when the device sent an object. */
  readonly data?: JsonObject;
  readonly isError: boolean;
}

/** Where a server explains photos, and what it is asked with; the token may be empty. */
export interface VisionAccess {
  readonly url: string;
  readonly token: string;
}

/** Where photos are explained, of the `initialize` parameters of a server; undefined when they do not say it. */
export function readVision({ capabilities }: JsonObject): VisionAccess | undefined {
  const vision = isObject(capabilities) ? capabilities["vision"] : undefined;
  if (!isObject(vision) || typeof vision["url"] !== "string") return undefined;
  const { url, token } = vision;
  return { url, token: typeof token === "string" ? token : "" };
}

/** The `initialize` answer of a device. */
export function initializeResult(name: string, version: string): JsonObject {
  return {
    protocolVersion: MCP_PROTOCOL_VERSION,
    capabilities: { tools: {} },
    serverInfo: { name, version },
  };
}

/** The `initialize` parameters of the server, as devices of every version know them. */
export function initializeParams(vision?: VisionAccess): JsonObject {
  return {
    protocolVersion: MCP_PROTOCOL_VERSION,
    capabilities: { roots: { listChanged: true }, sampling: {}, ...(vision && { vision }) },
    clientInfo: { name: "XiaozhiClient", version: "1.0.0" },
  };
}

/**
 * A tool's return value as a call result: an object goes out as `structuredContent` and as its JSON text
 * (MCP 2025-06-18, structured content), anything else as text.
 */
export function callResult(value: unknown): McpCallResult {
  const content = copied(value);
  const data = isObject(content) ? content : undefined;
  const text = typeof content === "string" ? content : (JSON.stringify(content) ?? "true");
  return { content: [{ type: "text", text }], ...(data && { structuredContent: data }), isError: false };
}

function parseTool(value: unknown, at: number): McpTool {
  if (!isObject(value)) {
    throw new ProtocolError("mcp-invalid", `tools[${at}]`, `expected an object, got ${shown(value)}`);
  }
  const fields = new Fields(value, `tools[${at}]`, "mcp-invalid");
  const name = fields.string("name");
  const annotations = fields.optionalObject("annotations");
  return {
    name,
    description: fields.optionalString("description") ?? "",
    inputSchema: fields.optionalObject("inputSchema") ?? { type: "object", properties: {} },
    ...(annotations && { annotations }),
  };
}

/**
 * One page of a `tools/list` answer.
 *
 * @throws ProtocolError `mcp-invalid`
 */
export function parseToolPage(result: unknown): McpToolPage {
  if (!isObject(result)) {
    throw new ProtocolError("mcp-invalid", "tools/list", `expected an object, got ${shown(result)}`);
  }
  const tools = new Fields(result, "tools/list", "mcp-invalid").array("tools").map(parseTool);
  const { nextCursor } = result;
  return { tools, ...(typeof nextCursor === "string" && nextCursor !== "" && { nextCursor }) };
}

/** More pages than any device has; a device that never ends its list is cut here. */
const MAX_PAGES = 64;

/**
 * All tools, page after page.
 *
 * @param request sends `tools/list` with these parameters and gives its result
 * @throws ProtocolError `mcp-invalid` for a malformed page or a cursor that comes twice
 */
export async function listAllTools(request: (params?: JsonObject) => Promise<unknown>): Promise<McpTool[]> {
  const tools: McpTool[] = [];
  const seen: string[] = [];
  let page = parseToolPage(await request());
  tools.push(...page.tools);
  while (page.nextCursor !== undefined) {
    if (seen.includes(page.nextCursor) || seen.length >= MAX_PAGES) {
      throw new ProtocolError("mcp-invalid", "nextCursor", `the list never ends: ${shown(page.nextCursor)}`);
    }
    seen.push(page.nextCursor);
    page = parseToolPage(await request({ cursor: page.nextCursor }));
    tools.push(...page.tools);
  }
  return tools;
}

function jsonObjectIn(text: string): JsonObject | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    // a text that merely begins like an object is still a text
    return undefined;
  }
}

/**
 * What a `tools/call` answer says. Besides the MCP form, a bare result object or value is accepted, as some devices
 * send it.
 */
export function readCallResult(result: unknown): McpToolOutcome {
  // A list is written as JSON: text made by its own `toString` would run what a peer put there.
  if (Array.isArray(result)) return { text: JSON.stringify(result), isError: false };
  if (!isObject(result)) return { text: String(result ?? ""), isError: false };
  if (!Array.isArray(result["content"])) return { text: JSON.stringify(result), data: result, isError: false };
  const text = result["content"]
    .filter((part): part is JsonObject => isObject(part) && typeof part["text"] === "string")
    .map((part) => part["text"])
    .join("\n");
  const data = isObject(result["structuredContent"]) ? result["structuredContent"] : jsonObjectIn(text);
  return { text, ...(data && { data }), isError: result["isError"] === true };
}
