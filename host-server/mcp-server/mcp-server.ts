import type { InMemoryServerEventBus, McpHttpHandler } from "@modelcontextprotocol/server";
import { Hono } from "hono";
import type { Cancel } from "../../protocol/clock.ts";
import { RPC_CODES, rpcFailure } from "../../protocol/json-rpc.ts";
import { refusalOf, refuse } from "./access.ts";
import { HttpSessions } from "./http-sessions.ts";
import { OutsideTools, type OutsideToolsOptions } from "./outside-tools.ts";
import { createProtocolServer, type McpPackage } from "./protocol-server.ts";

const MAX_BODY_BYTES = 1024 * 1024;
/** ms between two looks at what is on offer, while somebody wants to know of changes. */
const LOOK_MS = 2_000;

export interface McpServerOptions extends OutsideToolsOptions {
  readonly authKey: string;
  /** Whether the port is open to programs of this computer alone. */
  readonly isLocal: boolean;
  /** Whether a device with this id was here since the start. */
  readonly remembers: (deviceId: string) => boolean;
}

interface Opened {
  readonly handler: McpHttpHandler;
  readonly bus: InMemoryServerEventBus;
  readonly sessions: HttpSessions;
  readonly mcp: McpPackage;
}

/**
 * The assistant's tools as a standard MCP server over streamable HTTP: `/mcp` with those of all connected devices,
 * `/mcp/devices/{device id}` with those of one. Clients of the protocol of 2026 need no session, those before open one.
 */
export class McpServer {
  readonly #options: McpServerOptions;
  readonly #tools: OutsideTools;
  #opening: Promise<Opened> | undefined;
  #cancelLook: Cancel = () => {};
  #isLooking = false;
  #seen = "";

  constructor(options: McpServerOptions) {
    this.#options = options;
    this.#tools = new OutsideTools(options);
  }

  /** The routes of the HTTP port. */
  routes(): Hono {
    const app = new Hono();
    app.all("/mcp", (context) => this.#answer(context.req.raw, ""));
    app.all("/mcp/devices/:id", (context) => this.#answer(context.req.raw, context.req.param("id")));
    return app;
  }

  async close(): Promise<void> {
    this.#cancelLook();
    this.#isLooking = false;
    const opened = await this.#opening;
    this.#opening = undefined;
    await Promise.all([opened?.handler.close(), opened?.sessions.close()]);
  }

  async #answer(request: Request, deviceId: string): Promise<Response> {
    const refusal = refusalOf(request, this.#options);
    if (refusal) return refusal;
    if (deviceId !== "" && !this.#isKnown(deviceId)) return refuse(404, "device-unknown", deviceId);
    this.#opening ??= this.#open();
    const opened = await this.#opening;
    const response = await this.#dispatch(request, deviceId, opened);
    this.#look(opened);
    return response;
  }

  #isKnown(deviceId: string): boolean {
    return this.#tools.has(deviceId) || this.#options.remembers(deviceId.replaceAll("_", ":"));
  }

  async #dispatch(request: Request, deviceId: string, { handler, sessions, mcp }: Opened): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      return sessions.take(id, request, deviceId) ?? refuse(404, "session-unknown", "open a new session");
    }
    if (request.method !== "POST") return handler.fetch(request);
    if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return handler.fetch(request);
    const isLegacy = await mcp.isLegacyRequest(request, undefined, { maxRequestBodySize: MAX_BODY_BYTES });
    if (!isLegacy) return handler.fetch(request);
    const parsedBody: unknown = await request.json().catch(() => undefined);
    if (parsedBody === undefined) {
      return Response.json(rpcFailure(null, RPC_CODES.parse, "expected JSON"), { status: 400 });
    }
    if (mcp.isInitializeRequest(parsedBody)) return sessions.open(request, parsedBody, deviceId);
    return handler.fetch(request, { parsedBody });
  }

  async #open(): Promise<Opened> {
    const mcp = await import("@modelcontextprotocol/server");
    const createServer = (deviceId: string) => createProtocolServer(mcp, this.#tools, deviceId);
    const bus = new mcp.InMemoryServerEventBus();
    const handler = mcp.createMcpHandler(({ requestInfo }) => createServer(deviceIn(requestInfo)), {
      bus,
      maxRequestBodySize: MAX_BODY_BYTES,
      onerror: (error) => this.#options.log.debug({ error }, "MCP request refused"),
    });
    const sessions = new HttpSessions({
      createServer,
      createTransport: (options) => {
        return new mcp.WebStandardStreamableHTTPServerTransport({ ...options, maxRequestBodySize: MAX_BODY_BYTES });
      },
    });
    return { handler, bus, sessions, mcp };
  }

  /** Looks for changes as long as somebody wants to be told. */
  #look(opened: Opened): void {
    const { bus, sessions } = opened;
    if (this.#isLooking || (bus.listenerCount === 0 && sessions.size === 0)) return;
    this.#isLooking = true;
    this.#seen = this.#tools.fingerprint();
    this.#lookAgain(opened);
  }

  #lookAgain(opened: Opened): void {
    this.#cancelLook = this.#options.clock.schedule(LOOK_MS, () => {
      const { bus, sessions, handler } = opened;
      if (bus.listenerCount === 0 && sessions.size === 0) {
        this.#isLooking = false;
        return;
      }
      const now = this.#tools.fingerprint();
      if (now !== this.#seen) {
        this.#seen = now;
        handler.notify.toolsChanged();
        void sessions.tellOfChange();
      }
      this.#lookAgain(opened);
    });
  }
}

function deviceIn(request: Request | undefined): string {
  const id = /\/mcp\/devices\/([^/]+)$/.exec(new URL(request?.url ?? "http://host/").pathname)?.[1];
  return id === undefined ? "" : decodeURIComponent(id);
}
