import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { ToolError } from "../../errors.ts";
import type { Endpoint, EndpointLink, EndpointLinkEvents } from "./link.ts";

/** ms for opening. */
const OPEN_MS = 10_000;
/** ms between signs of life; a link without an answer to one is dead. */
const PING_MS = 30_000;
/** A tool list with many schemas is long. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface WebSocketLinkOptions {
  readonly clock: Clock;
  /** Opens the connection instead of the network: for tests. */
  readonly dial?: ((host: string, port: number) => Duplex) | undefined;
}

/** The endpoint at an address of either side, token included. */
export function endpointAt(url: string, options: WebSocketLinkOptions): Endpoint {
  const { host, pathname } = new URL(url);
  return { name: host + pathname, key: url, open: (events, signal) => openLink(url, events, { ...options, signal }) };
}

function openLink(
  url: string,
  events: EndpointLinkEvents,
  { clock, dial, signal }: WebSocketLinkOptions & { readonly signal: AbortSignal },
): Promise<EndpointLink> {
  const { hostname, port, protocol } = new URL(url);
  const createConnection = dial && (() => dial(hostname, Number(port || (protocol === "wss:" ? 443 : 80))) as never);
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    ...(createConnection && { createConnection }),
  });
  const opened = Promise.withResolvers<EndpointLink>();
  const giveUp = () => socket.terminate();
  const cancelTimeout = clock.schedule(OPEN_MS, giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  const endOpening = () => {
    cancelTimeout();
    signal.removeEventListener("abort", giveUp);
  };
  let cancelPing: Cancel = () => {};
  let isOpen = false;
  let reason = "";
  socket.on("open", () => {
    isOpen = true;
    endOpening();
    cancelPing = keepAlive(socket, clock);
    const close = () => {
      isOpen = false;
      closeSoon(socket);
    };
    opened.resolve({ send: (text) => socket.send(text, () => {}), close });
  });
  // Binary messages are no part of this protocol.
  socket.on("message", (data, isBinary) => {
    if (!isBinary && isOpen) events.onText(String(data));
  });
  socket.on("error", (error) => {
    reason = (error as NodeJS.ErrnoException).code ?? error.message;
  });
  socket.on("close", (code, said) => {
    endOpening();
    cancelPing();
    const why = reason || [code, String(said)].filter(Boolean).join(" ");
    if (isOpen) events.onClose(why);
    else opened.reject(new ToolError("mcp-unreachable", `mcp-unreachable: ${why}`, { retryable: true }));
  });
  return opened.promise;
}

/** Ends a link whose other side is gone without a word. */
function keepAlive(socket: WebSocket, clock: Clock): Cancel {
  let isAnswered = true;
  let cancel: Cancel = () => {};
  socket.on("pong", () => {
    isAnswered = true;
  });
  const beat = () => {
    cancel = clock.schedule(PING_MS, () => {
      if (!isAnswered) return socket.terminate();
      isAnswered = false;
      socket.ping();
      beat();
    });
  };
  beat();
  return () => cancel();
}

/** Says goodbye without waiting for the answer, which may never come. */
function closeSoon(socket: WebSocket): void {
  socket.close();
  setImmediate(() => socket.terminate());
}
