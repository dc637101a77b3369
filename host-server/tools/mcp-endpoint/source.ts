import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { Log } from "../../log.ts";
import { type Route, SharedTools } from "../shared-tools.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";
import { EndpointConnection } from "./connection.ts";
import type { Endpoint } from "./link.ts";

export interface McpEndpointSourceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

/** The tools that come by MCP endpoints: one connection to each, for all sessions. */
export class McpEndpointSource implements ToolSource {
  readonly id = "MCP_ENDPOINT";
  readonly #options: McpEndpointSourceOptions;
  readonly #shared = new SharedTools(routesOf);

  constructor(options: McpEndpointSourceOptions) {
    this.#options = options;
  }

  /** Takes these endpoints in the place of those before; those that stay are not disturbed. */
  configure(endpoints: readonly Endpoint[]): void {
    const wanted = endpoints.filter(({ key }, at) => endpoints.findIndex((other) => other.key === key) === at);
    const before = this.#shared.connections;
    this.#shared.connections = wanted.map((endpoint) => {
      return before.find((connection) => connection.endpoint.key === endpoint.key) ?? this.#connect(endpoint);
    });
    const left = before.filter((connection) => !this.#shared.connections.includes(connection));
    for (const connection of left) connection.close();
    if (left.length > 0) this.#shared.changed();
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

  /** Ends all connections. */
  close(): void {
    for (const connection of this.#shared.connections) connection.close();
    this.#shared.connections = [];
  }

  #connect(endpoint: Endpoint): EndpointConnection {
    const { clock, log, random = Math.random } = this.#options;
    const connection = new EndpointConnection({ endpoint, clock, log, random, onChange: () => this.#shared.changed() });
    connection.start();
    return connection;
  }
}

/** In the order of the endpoints. A name that an earlier one has already gets a number. */
function routesOf(connections: readonly EndpointConnection[]): ReadonlyMap<string, Route<EndpointConnection>> {
  const routes = new Map<string, Route<EndpointConnection>>();
  for (const connection of connections) {
    const own = new Set<string>();
    for (const tool of connection.tools) {
      const { name } = tool;
      // One endpoint that has a name twice means the same tool.
      if (own.has(name)) continue;
      own.add(name);
      let offered = name;
      for (let count = 2; routes.has(offered); count++) offered = `${name}_${count}`;
      routes.set(offered, { connection, name, tool: { ...tool, name: offered } });
    }
  }
  return routes;
}
