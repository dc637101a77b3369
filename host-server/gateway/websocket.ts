import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { decodeAudioFrame } from "../../protocol/audio-frame.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../session/link.ts";
import { GatewayLink } from "./gateway-link.ts";
import { type Credentials, clientIp, readCredentials } from "./identity.ts";
import { hasServerFrames } from "./server-frame.ts";

/** As large as the reference server takes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const CLOSE_NORMAL = 1000;
/** The version check gives devices no other, so that none asks for another. */
const FRAMING = 1;
const NO_DEVICE_ID = "The port works. Connect a device: a device-id is needed, as a header or in the query.";

/** What the gateway asks and tells. */
export interface WebSocketGatewayOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Whether this device may come in. */
  readonly isAllowed: (credentials: Credentials) => boolean;
  readonly onLink: (link: DeviceLink) => void;
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
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const http = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("Server is running\n");
  });
  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A connection that breaks during the upgrade is nobody's loss.
    stream.on("error", () => {});
    sockets.handleUpgrade(request, stream, head, (socket) => welcome(socket, request, options));
  });
  const close = async (graceMs: number) => {
    const gone = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    const cancel = options.clock.schedule(graceMs, () => {
      for (const socket of sockets.clients) socket.terminate();
    });
    await Promise.all(gone);
    cancel();
    http.closeAllConnections();
  };
  return { http, close };
}

function welcome(
  socket: WebSocket,
  request: IncomingMessage,
  { log, clock, isAllowed, onLink }: WebSocketGatewayOptions,
) {
  socket.on("error", (error) => log.debug({ error }, "WebSocket broke"));
  const credentials = readCredentials(request.headers, request.url ?? "/");
  const ip = clientIp(request.headers, request.socket.remoteAddress);
  const refusal = !credentials ? NO_DEVICE_ID : isAllowed(credentials) ? undefined : "认证失败";
  if (!credentials || refusal !== undefined) {
    log.info({ ip, device: credentials?.deviceId, reason: credentials ? "token" : "no device-id" }, "device refused");
    socket.send(refusal ?? "");
    socket.close(CLOSE_NORMAL);
    return;
  }
  const { deviceId, clientId } = credentials;
  const link = new WebSocketLink(socket, { deviceId, clientId, ip }, log);
  onLink(hasServerFrames(request.url ?? "/") ? new GatewayLink(link, clock) : link);
}

/** A device on a WebSocket: text frames are messages, binary frames are Opus packets (framing 1). */
class WebSocketLink implements DeviceLink {
  readonly transport = "websocket";
  readonly device: DeviceIdentity;
  readonly #socket: WebSocket;
  readonly #log: Log;

  constructor(socket: WebSocket, device: DeviceIdentity, log: Log) {
    this.#socket = socket;
    this.device = device;
    this.#log = log;
  }

  attach(events: LinkEvents): void {
    this.#socket.on("message", (data, isBinary) => this.#deliver(data, isBinary, events));
    this.#socket.on("close", () => events.onClose());
  }

  sendText(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  sendAudio(packet: Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(packet);
  }

  close(): void {
    this.#socket.close(CLOSE_NORMAL);
  }

  #deliver(data: RawData, isBinary: boolean, events: LinkEvents): void {
    // `ws` gives one Buffer unless told otherwise.
    const bytes = data as Buffer;
    if (!isBinary) return events.onText(bytes.toString("utf8"));
    try {
      events.onAudio(decodeAudioFrame(bytes, FRAMING), 0);
    } catch (error) {
      this.#log.debug({ device: this.device.deviceId, error }, "audio frame refused");
    }
  }
}
