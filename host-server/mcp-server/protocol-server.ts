import type { CallToolResult, Server, Tool } from "@modelcontextprotocol/server";
import type { ToolOutcome } from "../tools/source.ts";
import type { OutsideTools } from "./outside-tools.ts";

/** The official package, which is loaded when the first program asks. */
export type McpPackage = typeof import("@modelcontextprotocol/server");

/** An MCP server with the tools of one device, or of all when the id is empty. */
export function createProtocolServer({ Server }: McpPackage, tools: OutsideTools, deviceId: string): Server {
  const server = new Server(
    { name: "xiaozhi-xs", version: "0.1.0" },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.setRequestHandler("tools/list", async () => {
    const list = (await tools.list(deviceId)).map(({ name, description, inputSchema }) => {
      return { name, description, inputSchema: { ...inputSchema, type: "object" } } as Tool;
    });
    return { tools: list };
  });
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const args = (params.arguments ?? {}) as { [key: string]: unknown };
    return resultOf(await tools.call(deviceId, params.name, args, mcpReq.signal));
  });
  return server;
}

/** What a tool says to the user itself is as good as a text for the model. */
function resultOf({ text, reply, data, isError }: ToolOutcome): CallToolResult {
  return {
    content: [{ type: "text", text: text || (reply ?? "") }],
    ...(data && { structuredContent: data }),
    isError,
  };
}
