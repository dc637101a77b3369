import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { FRAMING_VERSIONS, type FramingVersion } from "../../protocol/audio-frame.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { ServerResult } from "../../protocol/to-device.ts";
import type { ServerCommand } from "../../protocol/to-server.ts";
import { containedUpgrade } from "../faults/contained.ts";
import type { Log } from "../log.ts";
import type { DeviceLink } from "../session/link.ts";
import { certifiedName, isCertificateOf, isOverTls } from "../tls/tls-door.ts";
import { AddressCounts } from "./address-counts.ts";
import { isConsoleId, serveConsole } from "./console-link.ts";
import { DeviceSocket } from "./device-socket.ts";
import { GatewayLink } from "./gateway-link.ts";
import { type Credentials, clientIp, countedAddress, mcpDeviceIn, readCredentials } from "./identity.ts";
import { hasServerFrames } from "./server-frame.ts";
import { type LinkLimits, type LinkPort, linkPort, logBreak, WebSocketLink } from "./websocket-link.ts";

const CLOSE_NORMAL = 1000;
/** ms of silence after which the other end is asked whether it is still there. */
const KEEPALIVE_MS = 30_000;
const NO_DEVICE_ID = "The port works. Connect a device: a device-id is needed, as a header or in the query.";
const TOO_MANY = "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const LEAVING = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

/** What the port takes. */
export interface WebSocketLimits extends LinkLimits {
  /** Connections from one address; 0: no limit. */
  readonly connectionsPerAddress: number;
}

/** What the gateway asks and tells. */
export interface WebSocketGatewayOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: WebSocketLimits;
  /** Whether this device may come in. */
  readonly isAllowed: (credentials: Credentials) => boolean;
  /** Whether the server is about to stop, and takes nobody any more. */
  readonly isLeaving?: () => boolean;
  readonly onLink: (link: DeviceLink) => void;
  /** A device connects its MCP server: text messages are bare JSON-RPC. */
  readonly onMcpLink: (link: DeviceLink) => void;
  /** Does what a console says; undefined where there is no console. */
  readonly manage: ((command: ServerCommand) => ServerResult | undefined) | undefined;
}

/** The port for devices. */
export interface WebSocketGateway {
  /** Listens, or is given connections. */
  readonly http: Server;
  /** Waits until every device has left, and cuts off those that have not within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * The port for devices: any path upgrades to a WebSocket; any other request gets the text that health checks look for.
 * There are no protocol pings, because some devices never answer them.
 */
export function createWebSocketGateway(options: WebSocketGatewayOptions): WebSocketGateway {
  const { clock, log, limits } = options;
  const { messageBytes: maxPayload } = limits;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload,
    WebSocket: DeviceSocket,
  });
  const port = linkPort(options);
  const addresses = new AddressCounts(limits.connectionsPerAddress);
  // A device whose network went without a word is noticed by the network itself.
  const http = createServer({ keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS }, (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("Server is running\n");
  });
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A connection that breaks during the upgrade is nobody's loss.
    stream.on("error", ignore);
    if (options.isLeaving?.()) return void stream.end(LEAVING);
    const ip = countedAddress(request.headers, request.socket.remoteAddress);
    if (!addresses.take(ip)) {
      const { connectionsPerAddress: limit } = limits;
      log.warn({ ip, limit }, "connection refused: too many from this address (limits.connections_per_address)");
      stream.end(TOO_MANY);
      return;
    }
    const release = () => addresses.release(ip);
    stream.once("close", release);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // The WebSocket says from now on when it breaks and ends. What is listened with here would keep the request in memory.
      stream.off("error", ignore).off("close", release);
      socket.open(ip, addresses);
      welcome(socket, request, { ...options, port });
    });
  };
  http.on("upgrade", containedUpgrade({ log, at: "websocket" }, upgrade));
  const close = async (graceMs: number) => {
    const gone = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    const cancel = clock.schedule(graceMs, () => {
      for (const socket of sockets.clients) socket.terminate();
    });
    await Promise.all(gone);
    cancel();
    http.closeAllConnections();
  };
  return { http, close };
}

function ignore(): void {}

interface Welcome extends WebSocketGatewayOptions {
  readonly port: LinkPort;
}

function welcome(socket: DeviceSocket, request: IncomingMessage, options: Welcome): void {
  const { log, clock, port, isAllowed, onLink, onMcpLink, manage } = options;
  const url = request.url ?? "/";
  const mcpDevice = mcpDeviceIn(url);
  const credentials = credentialsOf(request, mcpDevice);
  const ip = clientIp(request.headers, request.socket.remoteAddress);
  const certified = certifiedName(request.socket);
  const isAnother = certified !== undefined && !isCertificateOf(certified, credentials?.deviceId ?? "");
  const refusal = !credentials ? NO_DEVICE_ID : !isAnother && isAllowed(credentials) ? undefined : "认证失败";
  if (!credentials || refusal !== undefined) {
    socket.on("error", (error) => logBreak(error, credentials?.deviceId, port));
    if (manage && credentials && isConsoleId(credentials.deviceId)) return serveConsole(socket, { manage, clock, log });
    log.info({ ip, device: credentials?.deviceId, reason: reasonOf(credentials, isAnother) }, "device refused");
    socket.send(refusal ?? "");
    socket.close(CLOSE_NORMAL);
    return;
  }
  // A gateway reaches us by another name than its devices would.
  const host = hasServerFrames(url) ? undefined : request.headers.host;
  const isEncrypted = isOverTls(request.socket);
  const device = { deviceId: credentials.deviceId, clientId: credentials.clientId, ip, host, isEncrypted };
  // The frames of a gateway have a header of their own.
  const framing = hasServerFrames(url) ? 1 : framingOf(request, url);
  const link = new WebSocketLink(socket, { device, framing, port });
  if (mcpDevice !== undefined) return onMcpLink(link);
  onLink(hasServerFrames(url) ? new GatewayLink(link, clock) : link);
}

function reasonOf(credentials: Credentials | undefined, isAnother: boolean): string {
  if (!credentials) return "no device-id";
  return isAnother ? "certificate" : "token";
}

/** The address of an MCP server names its device; whoever else is named beside it must be the same. */
function credentialsOf(
  { headers, url = "/" }: IncomingMessage,
  mcpDevice: string | undefined,
): Credentials | undefined {
  const given = readCredentials(headers, url, mcpDevice);
  const isOther = mcpDevice !== undefined && given?.deviceId.toLowerCase() !== mcpDevice.toLowerCase();
  return isOther ? undefined : given;
}

/** Devices say their framing in a header; browsers cannot set any. */
function framingOf({ headers }: IncomingMessage, url: string): FramingVersion {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length));
  const said = Number(headers["protocol-version"] ?? query.get("protocol-version") ?? 1);
  return FRAMING_VERSIONS.find((version) => version === said) ?? 1;
}
