import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** A Home Assistant with one lamp and its MCP server, as far as an assistant sees it. */
export interface HomeAssistant {
  readonly url: string;
  readonly lamps: Map<string, boolean>;
  /** Requests that came, as `POST /api/mcp`. */
  readonly requests: string[];
}

/** Runs one; `isOld` is a version that speaks SSE alone. */
export async function runHomeAssistant(token: string, isOld: boolean): Promise<HomeAssistant> {
  const lamps = new Map([["kitchen", false]]);
  const requests: string[] = [];
  const sse = new Map<string, SseTransport>();
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://host");
    requests.push(`${request.method} ${url.pathname}`);
    if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401);
    if (url.pathname === "/api/mcp" && !isOld) return serveOnce(request, response, lamps);
    if (url.pathname === "/mcp_server/sse") return openStream(response, lamps, sse);
    const stream = sse.get(url.pathname);
    if (!stream) return answer(response, 404);
    stream.onmessage?.(JSON.parse(await textOf(request)));
    answer(response, 202);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  after(() => {
    http.close();
    http.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, lamps, requests };
}

/** Its tools have no state: each request has a server of its own. */
async function serveOnce(request: IncomingMessage, response: ServerResponse, lamps: Map<string, boolean>) {
  if (request.method !== "POST") return answer(response, 405);
  const transport = new NodeStreamableHTTPServerTransport({ enableJsonResponse: true });
  await createTools(lamps).connect(transport);
  await transport.handleRequest(request, response, JSON.parse(await textOf(request)));
}

async function openStream(response: ServerResponse, lamps: Map<string, boolean>, sse: Map<string, SseTransport>) {
  const path = `/mcp_server/messages/${sse.size + 1}`;
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(`event: endpoint\ndata: ${path}\n\n`);
  const transport = new SseTransport(response);
  sse.set(path, transport);
  await createTools(lamps).connect(transport);
}

class SseTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  async close(): Promise<void> {
    this.#response.end();
  }
}

function createTools(lamps: Map<string, boolean>): McpServer {
  const server = new McpServer({ name: "home-assistant", version: "1.0" });
  const inputSchema = z.object({ name: z.string().optional(), area: z.string().optional() });
  for (const [tool, isOn] of [
    ["HassTurnOn", true],
    ["HassTurnOff", false],
  ] as const) {
    const description = `Turns ${isOn ? "on" : "off"} a device`;
    server.registerTool(tool, { description, inputSchema }, ({ name = "" }) => {
      const speech = lamps.has(name) ? {} : { error: `no device is named ${name}` };
      if (lamps.has(name)) lamps.set(name, isOn);
      const text = JSON.stringify({ speech, response: "", data: { success: lamps.has(name) ? [name] : [] } });
      return { content: [{ type: "text", text }], isError: !lamps.has(name) };
    });
  }
  return server;
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
