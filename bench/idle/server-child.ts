import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SIGNATURE_KEY } from "../gateway/frame.ts";

/** Who is measured: a server of this project, or as little as its library alone can be. */
export type IdleSubject = "ws" | "websocket" | "aedes" | "mqtt";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromIdleServer =
  | { readonly type: "listening"; readonly port: number }
  | {
      readonly type: "usage";
      readonly rssBytes: number;
      readonly heapBytes: number;
      readonly externalBytes: number;
      /** Before and after what looking cost: garbage is collected for it. */
      readonly cpuMicroseconds: { readonly before: number; readonly after: number };
    };

const BACKLOG = 4096;
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function tell(message: FromIdleServer): void {
  process.send?.(message);
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** `ws` alone, which sends back what it gets. */
async function startWs(): Promise<number> {
  const { WebSocketServer } = await import("ws");
  const http = createHttpServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on("connection", (socket) =>
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", BACKLOG, resolve));
  return (http.address() as AddressInfo).port;
}

/** `aedes` alone, which lets everybody in. */
async function startAedes(): Promise<number> {
  const { Aedes } = await import("aedes");
  const broker = await Aedes.createBroker();
  const tcp = createTcpServer({ noDelay: true }, (stream) => void broker.handle(stream));
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", BACKLOG, resolve));
  return (tcp.address() as AddressInfo).port;
}

/** The whole server of this project; devices may be silent for a day. */
async function startOurs(subject: "websocket" | "mqtt"): Promise<number> {
  const { loadConfig } = await import("../../host-server/config/load.ts");
  const { providers } = await import("../../host-server/providers/registry.ts");
  const { createServer } = await import("../../host-server/server.ts");
  const { systemClock } = await import("../../host-server/clock.ts");
  const { createLog } = await import("../../host-server/log.ts");
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "86400",
    // All of them come from this computer.
    XIAOZHI_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
    ...(subject === "mqtt" && {
      XIAOZHI_SERVER_MQTT_GATEWAY: "127.0.0.1:1883",
      XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: SIGNATURE_KEY,
      XIAOZHI_GATEWAY_PORT: "0",
      XIAOZHI_GATEWAY_UDP_PORT: "0",
      XIAOZHI_GATEWAY_API_PORT: "0",
    }),
  };
  const { config } = loadConfig({ path: "", env, providers });
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock: systemClock, log, dataDirectory: process.argv[3] ?? "" });
  await server.start();
  return subject === "mqtt" ? server.ports.mqtt : server.ports.websocket;
}

function start(subject: IdleSubject): Promise<number> {
  if (subject === "ws") return startWs();
  return subject === "aedes" ? startAedes() : startOurs(subject);
}

process.on("message", () => {
  const before = cpuMicroseconds();
  for (let n = 0; n < 3; n++) collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  tell({
    type: "usage",
    rssBytes: rss,
    heapBytes: heapUsed,
    externalBytes: external,
    cpuMicroseconds: { before, after: cpuMicroseconds() },
  });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: await start(process.argv[2] as IdleSubject) });
