import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { Log } from "../../log.ts";
import { type Route, SharedTools } from "../shared-tools.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";
import { McpConnection } from "./connection.ts";
import type { McpServerSettings } from "./settings.ts";
import { type OpenTransport, openTransport } from "./transport.ts";

export interface ServerMcpOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How servers are reached; the official client's transports unless given. */
  readonly open?: OpenTransport;
  readonly random?: () => number;
}

/** The tools of all MCP servers that are configured: one connection to each, for all sessions. */
export class ServerMcpSource implements ToolSource {
  readonly id = "SERVER_MCP";
  readonly #options: ServerMcpOptions;
  readonly #shared = new SharedTools(routesOf);

  constructor(options: ServerMcpOptions) {
    this.#options = options;
  }

  /**
   * Takes these servers in the place of those before. What has not changed stays connected, the rest is closed, and
   * opened in the background. Of two with one name the first counts.
   */
  configure(servers: readonly McpServerSettings[]): void {
    const wanted = servers.filter(({ name }, at) => servers.findIndex((server) => server.name === name) === at);
    const before = this.#shared.connections;
    const kept = before.filter(({ settings }) => wanted.some((server) => isDeepStrictEqual(server, settings)));
    this.#shared.connections = wanted.map(
      (server) => kept.find(({ settings }) => settings.name === server.name) ?? this.#connect(server),
    );
    for (const connection of before) if (!kept.includes(connection)) void connection.close();
    if (kept.length !== before.length || kept.length !== wanted.length) this.#shared.changed();
  }

  list(): readonly SourceTool[] {
    return this.#shared.list();
  }

  call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    return this.#shared.call(name, args, signal);
  }

  onChange(listener: () => void): () => void {
    return this.#shared.onChange(listener);
  }

  /** Ends all connections, and the programs of the servers. */
  async close(): Promise<void> {
    const connections = this.#shared.connections;
    this.#shared.connections = [];
    await Promise.all(connections.map((connection) => connection.close()));
  }

  #connect(settings: McpServerSettings): McpConnection {
    const { clock, log, open = openTransport, random = Math.random } = this.#options;
    const connection = new McpConnection({
      settings,
      clock,
      log,
      open,
      random,
      onChange: () => this.#shared.changed(),
    });
    connection.start();
    return connection;
  }
}

/** In the order of the servers. A name that an earlier server has already is led in by the server's own. */
function routesOf(connections: readonly McpConnection[]): ReadonlyMap<string, Route<McpConnection>> {
  const routes = new Map<string, Route<McpConnection>>();
  for (const connection of connections) {
    for (const tool of connection.tools) {
      const { name } = tool;
      const offered = routes.has(name) ? `${connection.settings.name}.${name}` : name;
      routes.set(offered, { connection, name, tool: { ...tool, name: offered } });
    }
  }
  return routes;
}
