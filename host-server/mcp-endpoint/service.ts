import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import { listen } from "../listen.ts";
import type { Log } from "../log.ts";
import { keptKey } from "../ota/kept-key.ts";
import { sharedSecret } from "../settings.ts";
import type { TlsDoor } from "../tls/tls-door.ts";
import type { Endpoint, EndpointLink, EndpointLinkEvents } from "../tools/mcp-endpoint/link.ts";
import { EndpointPort } from "./port/endpoint-port.ts";
import type { Relay } from "./relay.ts";
import { RevokedTokens } from "./tokens/revoked-tokens.ts";
import { issueToken, readToken } from "./tokens/token.ts";

const KEY_FILE = ".mcp-endpoint-key";

export interface McpEndpointServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Folder with the key, when the configuration has none, and with what was revoked. */
  readonly dataDirectory: string;
}

/** The key of the endpoint. @throws ConfigError when it can be neither read nor made */
export function endpointKey(config: Config, dataDirectory: string): string {
  return config.mcp_endpoint_server.key || keptKey(dataDirectory, KEY_FILE, sharedSecret(config));
}

/** The MCP endpoint with its port, as the configuration has it. */
export class McpEndpointService {
  readonly #options: McpEndpointServiceOptions;
  readonly #port: EndpointPort;
  readonly #key: string;

  constructor(options: McpEndpointServiceOptions) {
    const { config, clock, log, dataDirectory } = options;
    this.#options = options;
    const settings = config.mcp_endpoint_server;
    const key = endpointKey(config, dataDirectory);
    this.#key = key;
    const revoked = new RevokedTokens(dataDirectory);
    const rules = {
      key,
      acceptsReference: settings.accepts_reference_tokens,
      now: () => calendarTime(clock),
      isRevoked: (id: string) => revoked.has(id),
    };
    this.#port = new EndpointPort({
      clock,
      log,
      key,
      limits: {
        messageBytes: settings.max_message_bytes,
        messagesPerSecond: settings.max_messages_per_second,
        maxCalls: settings.max_calls,
        connections: settings.max_connections,
        timeoutMs: settings.call_timeout * 1000,
      },
      agentOf: (token, role) => readToken(token, role, rules),
      auditFile: settings.audit_log,
    });
  }

  /** Who is connected, for pairs whose ends are at different nodes. */
  get relay(): Relay {
    return this.#port.relay;
  }

  /** How the assistant of this process calls the tools of its agent, without a socket. */
  get ownEnd(): Endpoint {
    const { agent } = this.#options.config.mcp_endpoint_server;
    return { name: "own", key: "own", open: (events) => linkTo(this.#port.relay, agent, events) };
  }

  /** The same for another agent's tools. */
  endOf(agent: string): Endpoint {
    return { name: "own", key: `own ${agent}`, open: (events) => linkTo(this.#port.relay, agent, events) };
  }

  /**
   * The address at which tools are connected for an agent, the same each time; `host` is how this computer is reached. Where the port
   * is closed it is that of another node, `elsewhere` (host:port); empty without one.
   */
  addressOf(agent: string, host: string, elsewhere = ""): string {
    return this.#addressFor("tool", agent, this.#placeAt(host, elsewhere));
  }

  /** The address at which those tools are called, by servers that are other programs. */
  callAddressOf(agent: string, host: string, elsewhere = ""): string {
    return this.#addressFor("caller", agent, this.#placeAt(host, elsewhere));
  }

  /** The port in use; 0 while it is closed. */
  get port(): number {
    return (this.#port.http.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Opens the port. @throws AppError `port-busy` or `port-refused` */
  async start(): Promise<void> {
    const { config } = this.#options;
    const { port } = config.mcp_endpoint_server;
    await listen(this.#port.http, { ip: config.server.ip, port, key: "mcp_endpoint_server.port" });
  }

  #placeAt(host: string, elsewhere: string): string {
    return this.port === 0 ? elsewhere : `${host}:${this.port}`;
  }

  #addressFor(role: keyof typeof PATHS, agent: string, place: string): string {
    if (place === "") return "";
    const { token } = issueToken(this.#key, { agent, roles: [role], isLasting: true }, 0);
    return `ws://${place}/mcp_endpoint/${PATHS[role]}/?token=${token}`;
  }

  /** Puts TLS before the port, which is not yet open. */
  guard(door: TlsDoor): void {
    door.guard(this.#port.http);
  }

  /** Takes a connection as if it had come in on the port. */
  accept(stream: Duplex): void {
    this.#port.http.emit("connection", stream);
  }

  async stop(): Promise<void> {
    await this.#port.close();
  }
}

/** The paths of the endpoint, by who connects there. */
const PATHS = { tool: "mcp", caller: "call" } as const;

function linkTo(relay: Relay, agent: string, events: EndpointLinkEvents): EndpointLink {
  const handlers = relay.connect("caller", agent, {
    address: "this server",
    unreadBytes: 0,
    send: (text) => events.onText(text),
    close: (_code, reason) => events.onClose(reason),
    probe: () => {},
  });
  return { send: (text) => handlers.onText(text), close: () => handlers.onClose() };
}
