import type { CallToolResult, Client, Tool } from "@modelcontextprotocol/client";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { isEndOfStream, isRefusal, reasonOf } from "./failure.ts";
import type { McpServerSettings } from "./settings.ts";
import { type OpenedTransport, type OpenTransport, type Way, waysTo } from "./transport.ts";

/** ms that a server has to open. A program may be fetched from a registry first (npx, uvx). */
const OPEN_MS = { program: 60_000, address: 10_000 } as const;
/** ms between signs of life over SSE, whose stream ends when nothing comes for five minutes. */
const PING_MS = 120_000;
/** ms for the answer. */
const PONG_MS = 20_000;
/** The catalogue has the one time-out of calls; the client's own must not come first. */
const NO_TIMEOUT_MS = 2_147_483_647;

export interface McpClientOptions {
  readonly settings: McpServerSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: OpenTransport;
  /** The server says that its tools have changed. */
  readonly onToolsChanged: () => void;
  /** The connection is gone, and nobody here ended it. */
  readonly onLost: (reason: string) => void;
  /** Gives up opening. */
  readonly signal: AbortSignal;
}

/** One open connection to an MCP server, by the official client. */
export class McpClient {
  readonly #client: Client;
  readonly #options: McpClientOptions;
  #cancelPing: Cancel = () => {};

  private constructor(client: Client, options: McpClientOptions, way: Way) {
    this.#client = client;
    this.#options = options;
    if (way.over === "sse") this.#pingLater();
  }

  /** Opens a connection in the first way that the server accepts. @throws ToolError `mcp-unreachable`, saying why */
  static async connect(options: McpClientOptions): Promise<McpClient> {
    const { settings, log, open } = options;
    let failure: unknown;
    let lastWords = "";
    for (const way of waysTo(settings)) {
      const opened = await open(settings, way, log);
      try {
        return new McpClient(await openClient(options, opened, way), options, way);
      } catch (error) {
        failure = error;
        lastWords = opened.lastWords();
        if (!isRefusal(error) || options.signal.aborted) break;
      }
    }
    const said = lastWords === "" ? "" : ` (it said: ${lastWords})`;
    throw new ToolError("mcp-unreachable", reasonOf(failure, settings) + said, { cause: failure, retryable: true });
  }

  /** Whether the server says by itself when its tools change. */
  get tellsOfChanges(): boolean {
    return this.#client.getServerCapabilities()?.tools?.listChanged === true;
  }

  /** All tools, of all pages. @throws errors of the client */
  async listTools(): Promise<readonly Tool[]> {
    const { tools } = await this.#client.listTools(undefined, {
      timeout: openMs(this.#options.settings),
      cacheMode: "refresh",
    });
    return tools;
  }

  /** Calls a tool; when `signal` is aborted the server is told so. @throws errors of the client */
  async callTool(name: string, args: JsonObject, signal: AbortSignal): Promise<CallToolResult> {
    const timeout = this.#options.settings.timeoutMs ?? NO_TIMEOUT_MS;
    return this.#client.callTool({ name, arguments: args }, { signal, timeout });
  }

  /** Ends the connection, and the server's program. */
  async close(): Promise<void> {
    this.#cancelPing();
    this.#client.onclose = () => {};
    this.#client.onerror = () => {};
    await this.#client.close();
  }

  #pingLater(): void {
    this.#cancelPing = this.#options.clock.schedule(PING_MS, () => {
      this.#pingLater();
      this.#client.ping({ timeout: PONG_MS }).catch((error: Error) => {
        this.#options.onLost(`it gives no sign of life: ${error.message}`);
      });
    });
  }
}

async function openClient(options: McpClientOptions, opened: OpenedTransport, way: Way): Promise<Client> {
  const { settings, clock, signal } = options;
  const ms = openMs(settings);
  const ended = Promise.withResolvers<never>();
  const cancel = clock.schedule(ms, () => ended.reject(new Error(`it did not open within ${ms} ms`)));
  const onAbort = () => ended.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([shakeHands(options, opened, way), ended.promise]);
  } catch (error) {
    await opened.transport.close().catch(() => {});
    throw error;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

async function shakeHands(options: McpClientOptions, opened: OpenedTransport, way: Way): Promise<Client> {
  const { Client } = await import("@modelcontextprotocol/client");
  const { settings, log, onToolsChanged, onLost } = options;
  const client = new Client(
    { name: "xiaozhi-xs", version: "0.1.0" },
    {
      versionNegotiation: { mode: way.handshake },
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => onToolsChanged() } },
    },
  );
  await client.connect(opened.transport, { timeout: NO_TIMEOUT_MS });
  client.onclose = () => onLost(opened.lastWords() || "it closed the connection");
  client.onerror = (error) => {
    log.debug({ server: settings.name, error }, "MCP connection disturbed");
    if (isEndOfStream(error)) onLost(error.message);
  };
  return client;
}

function openMs({ timeoutMs, kind }: McpServerSettings): number {
  return timeoutMs ?? OPEN_MS[kind];
}
