import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import type { Log } from "../../log.ts";
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

interface Route {
  readonly connection: McpConnection;
  /** The server's own name for the tool. */
  readonly name: string;
  readonly tool: SourceTool;
}

/** The tools of all MCP servers that are configured: one connection to each, for all sessions. */
export class ServerMcpSource implements ToolSource {
  readonly id = "SERVER_MCP";
  readonly #options: ServerMcpOptions;
  readonly #listeners = new Set<() => void>();
  #connections: readonly McpConnection[] = [];
  #routes: ReadonlyMap<string, Route> | undefined;

  constructor(options: ServerMcpOptions) {
    this.#options = options;
  }

  /**
   * Takes these servers in the place of those before. What has not changed stays connected, the rest is closed, and
   * opened in the background. Of two with one name the first counts.
   */
  configure(servers: readonly McpServerSettings[]): void {
    const wanted = servers.filter(({ name }, at) => servers.findIndex((server) => server.name === name) === at);
    const before = this.#connections;
    const kept = before.filter(({ settings }) => wanted.some((server) => isDeepStrictEqual(server, settings)));
    this.#connections = wanted.map(
      (server) => kept.find(({ settings }) => settings.name === server.name) ?? this.#connect(server),
    );
    for (const connection of before) if (!kept.includes(connection)) void connection.close();
    if (kept.length !== before.length || kept.length !== wanted.length) this.#change();
  }

  list(): readonly SourceTool[] {
    return [...this.#read().values()].map(({ tool }) => tool);
  }

  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    const route = this.#read().get(name);
    if (!route) throw new ToolError("tool-unknown", `There is no tool named ${name} any more.`);
    return route.connection.call(route.name, args, signal);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all connections, and the programs of the servers. */
  async close(): Promise<void> {
    const connections = this.#connections;
    this.#connections = [];
    await Promise.all(connections.map((connection) => connection.close()));
  }

  #connect(settings: McpServerSettings): McpConnection {
    const { clock, log, open = openTransport, random = Math.random } = this.#options;
    const connection = new McpConnection({ settings, clock, log, open, random, onChange: () => this.#change() });
    connection.start();
    return connection;
  }

  #change(): void {
    this.#routes = undefined;
    for (const listener of this.#listeners) listener();
  }

  #read(): ReadonlyMap<string, Route> {
    this.#routes ??= routesOf(this.#connections);
    return this.#routes;
  }
}

/** In the order of the servers. A name that an earlier server has already is led in by the server's own. */
function routesOf(connections: readonly McpConnection[]): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const connection of connections) {
    for (const tool of connection.tools) {
      const { name } = tool;
      const offered = routes.has(name) ? `${connection.settings.name}.${name}` : name;
      routes.set(offered, { connection, name, tool: { ...tool, name: offered } });
    }
  }
  return routes;
}
