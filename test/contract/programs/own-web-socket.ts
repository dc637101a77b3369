import { deviceClock as clock } from "../../../modules/io/device-clock.ts";
import { WebSocketConnection } from "../../../modules/io/web-socket.ts";
import type { Environment } from "../environment.ts";

interface Attempt {
  readonly peer: string;
  readonly scheme: "ws" | "wss";
  readonly host?: string;
}

/** The certificate of the peer is for this name, which the device resolves by itself. */
const NAME = "localhost";

/** As a conversation sends: many small messages at once, more than the socket's buffer takes. */
const FRAMES = 30;
const FRAME_BYTES = 200;

const REFUSED: readonly Attempt[] = [
  { peer: "nobody", scheme: "wss" },
  { peer: "echo", scheme: "wss" },
  { peer: "untrusted", scheme: "wss" },
  { peer: "wss", scheme: "wss", host: "127.0.0.1" },
  { peer: "http", scheme: "ws" },
];

/**
 * The firmware's own WebSocket connection, with and without TLS: messages, more than fits at once, a long one, a close
 * by the server, and connections that cannot be, of which each is told once.
 */
export default function ownWebSocket(environment: Environment): void {
  const { say, done } = environment;
  const converse = (attempts: readonly Attempt[], next: () => void): void => {
    const [attempt, ...rest] = attempts;
    if (attempt) conversation(environment, attempt, () => clock.schedule(100, () => converse(rest, next)));
    else next();
  };
  const conversations: readonly Attempt[] = [
    { peer: "websocket", scheme: "ws" },
    { peer: "wss", scheme: "wss" },
  ];
  converse([...conversations, ...REFUSED], () => {
    say("all");
    done();
  });
}

function der(digits: string): ArrayBuffer {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer;
}

function conversation({ say, ports, authority }: Environment, attempt: Attempt, next: () => void): void {
  const { peer, scheme, host = NAME } = attempt;
  const port = ports[peer] as number;
  let echoed = 0;
  const connection = new WebSocketConnection({
    url: { scheme, isSecure: scheme === "wss", host, port, path: "/v1/" },
    authority: der(authority),
    headers: [["Device-Id", "aa:bb"]],
    clock,
    onOpen() {
      say([peer, "open"]);
      connection.sendText("text");
      for (let frame = 0; frame < FRAMES; frame++) connection.sendBinary(new Uint8Array(FRAME_BYTES).fill(frame));
    },
    onText(text) {
      say([peer, text.length > 100 ? text.length : text]);
      if (text.length > 100) connection.sendText("close");
    },
    onBinary(bytes) {
      if (bytes.byteLength === FRAME_BYTES && bytes[0] === echoed) echoed++;
      if (echoed < FRAMES) return;
      say([peer, "echoed", echoed]);
      connection.sendText("long");
    },
    onClose(reason) {
      say([peer, host, reason]);
      next();
    },
  });
}
