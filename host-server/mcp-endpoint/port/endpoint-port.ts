import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { type WebSocket, WebSocketServer } from "ws";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { contained, containedUpgrade } from "../../faults/contained.ts";
import type { Log } from "../../log.ts";
import { CLOSE_CODES } from "../peer.ts";
import { Relay, type Role } from "../relay.ts";
import { Guesses } from "../tokens/guesses.ts";
import { AuditLog } from "./audit-log.ts";
import { EndpointMetrics } from "./metrics.ts";
import { createStatusRoutes } from "./status-routes.ts";
import { WebSocketPeer } from "./web-socket-peer.ts";

/** ms between signs of life that every connection is asked for, as with the reference relay. */
const BEAT_MS = 20_000;
const PATHS: { readonly [path: string]: Role } = { mcp: "tool", call: "caller" };
/** A close frame holds 123 bytes of reason (RFC 6455, 5.5). */
const MAX_REASON = 120;
const TOO_MANY = "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const NOT_FOUND = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/** Who has opened a connection, and what for. */
interface Newcomer {
  readonly address: string;
  readonly role: Role;
  readonly token: string;
  readonly stream: Duplex;
}

export interface EndpointLimits {
  readonly messageBytes: number;
  readonly messagesPerSecond: number;
  readonly maxCalls: number;
  /** 0: no limit. */
  readonly connections: number;
  readonly timeoutMs: number;
}

export interface EndpointPortOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: EndpointLimits;
  /** Opens the status. */
  readonly key: string;
  /** The agent that a token lets in. @throws Error saying why it does not */
  readonly agentOf: (token: string, role: Role) => string;
  /** File for the audit log; empty: none. */
  readonly auditFile: string;
}

/** The port of the endpoint: `/mcp_endpoint/mcp/` for tools, `/mcp_endpoint/call/` for assistants, and the status. */
export class EndpointPort {
  readonly #options: EndpointPortOptions;
  readonly #sockets: WebSocketServer;
  readonly #peers = new Set<WebSocketPeer>();
  readonly #guesses: Guesses;
  readonly #audit: AuditLog;
  readonly #metrics: EndpointMetrics;
  #cancelBeat: Cancel | undefined;
  readonly relay: Relay;
  /** Listens, or is given connections. */
  readonly http: Server;

  constructor(options: EndpointPortOptions) {
    const { clock, log, limits, key, auditFile } = options;
    this.#options = options;
    this.#sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: limits.messageBytes });
    this.#guesses = new Guesses(clock);
    this.#audit = new AuditLog(auditFile, log);
    this.#metrics = new EndpointMetrics(() => this.relay.counts);
    this.relay = new Relay({
      clock,
      log,
      timeoutMs: limits.timeoutMs,
      maxCalls: limits.maxCalls,
      onStray: () => this.#metrics.stray(),
      onCall: (agent, call) => {
        this.#metrics.called(call);
        this.#audit.write(clock.now(), { event: "call", agent, ...call });
      },
    });
    const routes = createStatusRoutes({
      relay: this.relay,
      metrics: this.#metrics,
      key,
      onWrongKey: (request) => this.#guesses.count(addressOf(request)),
    });
    const answer = getRequestListener(routes.fetch);
    this.http = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
      if (this.#guesses.isShutOut(addressOf(request))) response.writeHead(429).end();
      else void answer(request, response);
    });
    const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => this.#upgrade(request, stream, head);
    this.http.on("upgrade", containedUpgrade({ log, at: "mcp-endpoint" }, upgrade));
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.#cancelBeat?.();
    this.relay.close();
    this.http.close();
    this.http.closeAllConnections();
    const sockets = [...this.#sockets.clients];
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of sockets) socket.terminate();
    await Promise.all(gone);
    await this.#audit.close();
  }

  /** As long as anybody is connected. */
  #beatLater(): void {
    this.#cancelBeat ??= this.#options.clock.schedule(BEAT_MS, () => {
      this.#cancelBeat = undefined;
      for (const peer of this.#peers) peer.beat();
      if (this.#peers.size > 0) this.#beatLater();
    });
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // A connection that breaks during the upgrade is nobody's loss.
    stream.on("error", () => {});
    const address = addressOf(request);
    // Not every request target is a URL, and this is a stranger's.
    const [pathname = "", query = ""] = (request.url ?? "/").split("?", 2);
    const role = PATHS[/^\/mcp_endpoint\/(\w+)\/?$/.exec(pathname)?.[1] ?? ""];
    const isShutOut = this.#guesses.isShutOut(address);
    const { connections } = this.#options.limits;
    if (isShutOut || (connections > 0 && this.#peers.size >= connections)) {
      this.#metrics.refused(isShutOut ? "guessing" : "crowd");
      this.#audit.write(this.#options.clock.now(), {
        event: "refused",
        address,
        why: isShutOut ? "guessing" : "crowd",
      });
      stream.end(TOO_MANY);
    } else if (!role) stream.end(NOT_FOUND);
    else {
      const token = new URLSearchParams(query).get("token") ?? "";
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        this.#welcome(socket, { address, role, token, stream });
      });
    }
  }

  /** As with the reference relay, a wrong token is told by a close frame, which clients can show. */
  #welcome(socket: WebSocket, { address, role, token, stream }: Newcomer): void {
    const { clock, log, limits, agentOf } = this.#options;
    socket.on("error", (error) => log.debug({ address, error }, "a connection to the MCP endpoint broke"));
    let agent: string;
    try {
      agent = agentOf(token, role);
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
      this.#guesses.count(address);
      this.#metrics.refused("token");
      this.#audit.write(clock.now(), { event: "refused", address, role, why: reason });
      log.warn({ address, role, reason }, "MCP endpoint: connection refused");
      socket.close(CLOSE_CODES.policy, reason);
      socket.once(
        "close",
        clock.schedule(BEAT_MS, () => socket.terminate()),
      );
      return;
    }
    const { messagesPerSecond } = limits;
    const peer = new WebSocketPeer(socket, { address, clock, stream, messagesPerSecond });
    this.#peers.add(peer);
    this.#beatLater();
    const note = (event: "connected" | "left") => {
      log.info({ agent, role, address }, `MCP endpoint: ${role} ${event}`);
      this.#audit.write(clock.now(), { event, agent, role, address });
    };
    socket.on("close", () => {
      this.#peers.delete(peer);
      note("left");
    });
    note("connected");
    const handlers = this.relay.connect(role, agent, peer);
    const handling = { log, at: "mcp-endpoint", agent, role, address };
    peer.attach({
      onText: contained(handling, (text) => handlers.onText(text)),
      onBinary: contained(handling, (byteLength) => handlers.onBinary(byteLength)),
      onClose: contained(handling, () => handlers.onClose()),
    });
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "unknown";
}
