import { createServer } from "node:http";
import { after } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { endpointAt } from "../../../host-server/tools/mcp-endpoint/web-socket-link.ts";
import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

/** What the tool side does with a message: gives the members of its answer (`result` or `error`), or says nothing. */
export type ToolSide = (message: JsonObject) => JsonObject | undefined;

const URL_OF_CALLERS = "ws://relay:8004/mcp_endpoint/call/?token=abc";

/**
 * The calling side of the reference's endpoint server, in memory: requests with id 0 are never answered, nothing that the
 * tool says by itself is passed on, errors have a null result, and without a tool everything is answered with -32001.
 */
export class FakeRelay {
  /** The tool; undefined while none is connected. */
  tool: ToolSide | undefined;
  /** Messages that callers sent, in their order. */
  readonly received: JsonObject[] = [];
  readonly callers: WebSocket[] = [];
  readonly network: MemoryNetwork;
  readonly #clock: Clock;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor(clock: Clock) {
    this.#clock = clock;
    this.network = new MemoryNetwork({ clock, names: { relay: "10.0.0.7" } });
    const http = createServer();
    http.on("upgrade", (request, stream, head) => {
      this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#take(socket, request.url ?? ""));
    });
    void this.network.listen("relay", 8004, (stream) => http.emit("connection", stream));
    after(() => this.network.close());
  }

  /** This endpoint for a server. */
  endpoint(url: string = URL_OF_CALLERS) {
    const { network } = this;
    return endpointAt(url, { clock: this.#clock, dial: (host, port) => network.connect({ host, port }) });
  }

  /** Methods that callers asked for, with the ids of requests. */
  get asked(): string[] {
    return this.received.map(({ id, method }) => (id === undefined ? String(method) : `${id} ${method}`));
  }

  /** Says something to every caller, as no reference relay would. */
  say(text: string): void {
    for (const caller of this.callers) caller.send(text);
  }

  #take(socket: WebSocket, url: string): void {
    if (!url.endsWith("token=abc")) return socket.close(1008, "token");
    this.callers.push(socket);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as JsonObject;
      this.received.push(message);
      const answer = this.#answer(message);
      if (answer) socket.send(JSON.stringify(answer));
    });
  }

  #answer(message: JsonObject): JsonObject | undefined {
    const { id } = message;
    if (!this.tool) {
      const error = { code: -32001, message: "no tool", data: { agent_id: "a", details: "…" } };
      return { jsonrpc: "2.0", id: id ?? null, result: null, error };
    }
    const answer = this.tool(message);
    return id && answer ? { jsonrpc: "2.0", id, ...answer } : undefined;
  }
}

/** A tool side with these tools: each call answers with its name and arguments; those named `silent…` never do. */
export function toolSide(...names: string[]): ToolSide {
  return ({ method, params }) => {
    const given = (params ?? {}) as JsonObject;
    if (method === "initialize") return { result: { protocolVersion: "2024-11-05", capabilities: { tools: {} } } };
    if (method === "tools/list") {
      return { result: { tools: names.map((name) => ({ name, description: `Does ${name}`, inputSchema: {} })) } };
    }
    if (method !== "tools/call" || String(given["name"]).startsWith("silent")) return undefined;
    const text = `${given["name"]} ${JSON.stringify(given["arguments"])}`;
    return { result: { content: [{ type: "text", text }], isError: false } };
  };
}
