import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import { credentials, type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import type { MemoryNetwork } from "../../simulator/memory-network.ts";
import type { Network } from "../../simulator/network.ts";
import { MqttServer, mqttPacket } from "../firmware/mqtt-server.ts";
import { ADDRESS } from "./environment.ts";
import { createStrangers } from "./strangers.ts";

/** Takes a connection that has come in. */
type Peer = (stream: Duplex) => void;

/** What a program is told about its peers. */
export interface PeerPlaces {
  readonly ports: { readonly [peer: string]: number };
  /** Certificate of the authority that the TLS peer's is signed by: DER in hexadecimal. */
  readonly authority: string;
}

const AUTHORITY = makeCertificate({ name: "authority", isAuthority: true });
const SERVER = makeCertificate({ name: "server.test", issuer: AUTHORITY });
const LOCALHOST = makeCertificate({ name: "localhost", issuer: AUTHORITY });
const STRANGER = makeCertificate({ name: "stranger", isAuthority: true });
const UNTRUSTED = makeCertificate({ name: "localhost", issuer: STRANGER });

function answer(request: IncomingMessage, response: ServerResponse): void {
  const parts: Uint8Array[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    if (request.url?.startsWith("/echo")) {
      const body = `${request.method} ${request.url} ${request.headers["x-name"]} ${Buffer.concat(parts)}`;
      response.writeHead(200, { "content-length": body.length, "x-kind": "echo" }).end(body);
    } else if (request.url === "/chunked") {
      response.write("in ");
      response.end("pieces");
    } else if (request.url === "/empty") response.writeHead(204).end();
    else if (request.url === "/break") request.socket.destroy();
    else response.writeHead(404, { "content-length": 7 }).end("nothing");
  });
}

function converse(socket: WebSocket): void {
  socket.on("message", (data, isBinary) => {
    if (`${data}` === "long") socket.send("y".repeat(5000));
    else if (`${data}` === "ping") socket.ping("abc");
    else if (`${data}` === "close") socket.close(1000, "bye");
    else socket.send(data, { binary: isBinary });
  });
}

function webSocketPeer(): Peer {
  const http = createHttpServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, stream, head) => sockets.handleUpgrade(request, stream, head, converse));
  return (stream) => http.emit("connection", stream);
}

/** TLS in front of another peer. */
function secured(server: Identity, issuer: Identity, behind: Peer): Peer {
  const tls = createTlsServer(credentials(server, issuer), (stream) => {
    stream.on("error", () => {});
    behind(stream);
  });
  tls.on("tlsClientError", () => {});
  return (stream) => void tls.emit("connection", stream);
}

/** Answers "hello" with a message of QoS 0 and one of QoS 1, and "break" by breaking the connection. */
async function mqttPeer(): Promise<Peer> {
  let serve: Peer = () => {};
  const server = new MqttServer();
  const network = { listen: (_host: string, _port: number, onConnection: Peer) => (serve = onConnection) };
  await server.join(network as unknown as Network, ADDRESS, 1883);
  server.onMessage = (text) => {
    if (text === "hello") server.publish("to/device", "welcome");
    else if (text === "break") server.drop();
    else server.sendRaw(mqttPacket(0x32, Buffer.from([0, 1, 0x74, 0, 7, 0x78])));
  };
  return (stream) => serve(stream);
}

async function createPeers(): Promise<{ readonly [name: string]: Peer }> {
  const http = createHttpServer(answer);
  const webSocket = webSocketPeer();
  const polite: Peer = (stream) => {
    stream.on("data", (data) => (`${data}` === "bye" ? stream.end("farewell") : stream.write(data)));
  };
  const strangers = Object.entries(createStrangers(AUTHORITY, SERVER)).map(([name, peer]) => [`tls ${name}`, peer]);
  return {
    ...Object.fromEntries(strangers),
    echo: (stream) => void stream.on("error", () => {}).on("data", (data) => stream.write(data)),
    farewell: (stream) => void stream.on("error", () => {}).end("last words"),
    http: (stream) => void http.emit("connection", stream),
    websocket: webSocket,
    wss: secured(LOCALHOST, AUTHORITY, webSocket),
    untrusted: secured(UNTRUSTED, STRANGER, webSocket),
    mqtt: await mqttPeer(),
    tls: secured(SERVER, AUTHORITY, polite),
  };
}

async function startEcho(network: Network): Promise<{ port: number; close(): void }> {
  const echo = await network.bind(ADDRESS, 0, ({ data, address, port }) => echo.send(data, { address, port }));
  return echo;
}

const authority = Buffer.from(AUTHORITY.der).toString("hex");

/** The peers on a network in memory. */
export async function joinPeers(network: MemoryNetwork): Promise<PeerPlaces> {
  const ports: Record<string, number> = { nobody: 9, datagrams: (await startEcho(network)).port };
  for (const [name, peer] of Object.entries(await createPeers())) {
    ports[name] = (await network.listen(ADDRESS, 0, peer)).port;
  }
  return { ports, authority };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, ADDRESS, () => resolve((server.address() as { port: number }).port));
  });
}

/** The peers on this computer's loopback, until `close`. */
export async function startPeers(): Promise<PeerPlaces & { close(): void }> {
  const echo = await startEcho(new HostNetwork());
  const streams = new Set<Duplex>();
  const servers = Object.entries(await createPeers()).map(([name, peer]) => {
    const server = createServer({ allowHalfOpen: false }, (stream) => {
      streams.add(stream);
      peer(stream);
    });
    return { name, server };
  });
  const ports: Record<string, number> = { datagrams: echo.port };
  for (const { name, server } of servers) ports[name] = await listen(server);
  // A port that was free a moment ago.
  const probe = createServer();
  ports["nobody"] = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  const close = () => {
    echo.close();
    for (const { server } of servers) server.close();
    for (const stream of streams) stream.destroy();
  };
  return { ports, authority, close };
}
