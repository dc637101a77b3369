import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { Duplex, PassThrough } from "node:stream";
import { WebSocket } from "ws";
import type { Server, Service } from "../../../host-server/server.ts";

/** What an HTTP request got. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface HttpCall {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** Two ends of a connection. Unlike `duplexPair` they never deliver inside a write: `ws` does not expect that. */
export function connectedPair(): [Duplex, Duplex] {
  const end = (peer: () => Duplex): Duplex =>
    new Duplex({
      read: () => {},
      write: (chunk, _encoding, done) => {
        process.nextTick(() => {
          peer().push(chunk);
          done();
        });
      },
      final: (done) => {
        peer().push(null);
        done();
      },
      destroy: (error, done) => {
        process.nextTick(() => peer().destroy());
        done(error);
      },
    });
  const ours: Duplex = end(() => theirs);
  const theirs: Duplex = end(() => ours);
  return [ours, theirs];
}

/** A connection to a server in memory. */
export function streamTo(server: Pick<Server, "accept">, service: Service): Duplex {
  const [ours, theirs] = connectedPair();
  server.accept(service, theirs);
  return ours;
}

/** Makes one request to a server over an in-memory stream. The path is sent as it is written. */
export async function fetchFrom(
  server: Pick<Server, "accept">,
  service: Service,
  path: string,
  { method = "GET", headers = {}, body }: HttpCall = {},
): Promise<HttpAnswer> {
  const call = request({ method, path, headers, createConnection: () => streamTo(server, service) });
  call.end(body);
  const [response] = await once(call, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response.pipe(new PassThrough())) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString("utf8") };
}

/** Asks for a WebSocket in these very words; resolves with the status of the answer. */
export async function upgrade(server: Server, path: string, headers: Record<string, string>): Promise<number> {
  const call = request({ path, headers, createConnection: () => streamTo(server, "websocket") });
  call.end();
  return new Promise((resolve) => {
    call.once("upgrade", (response, stream) => {
      stream.destroy();
      resolve(response.statusCode ?? 0);
    });
    call.once("response", (response) => resolve(response.statusCode ?? 0));
  });
}

/** A WebSocket to a server over an in-memory stream, with everything it got. */
export interface FakeSocket {
  socket: WebSocket;
  texts: string[];
  packets: Buffer[];
  /** Resolves with the close code. */
  closed: Promise<number>;
}

/** Connects a WebSocket; resolves once it is open. */
export async function openSocket(
  server: Server,
  path: string,
  headers: Record<string, string> = {},
): Promise<FakeSocket> {
  const socket = new WebSocket(`ws://localhost${path}`, {
    headers,
    perMessageDeflate: false,
    createConnection: () => streamTo(server, "websocket") as never,
  });
  const texts: string[] = [];
  const packets: Buffer[] = [];
  socket.on("message", (data, isBinary) => {
    if (isBinary) packets.push(data as Buffer);
    else texts.push(String(data));
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  return { socket, texts, packets, closed };
}
