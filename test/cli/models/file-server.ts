import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What a request asked for. */
export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** How a file is served. */
export interface Served {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  /** Bytes after which each of the first connections breaks; later ones do not. */
  readonly breaksAfter?: readonly number[];
  readonly type?: string;
  readonly status?: number;
  readonly location?: string;
}

/** A file server with ranges, as far as RFC 9110 has them for one file. */
export class FileServer {
  readonly files: { [path: string]: Served } = {};
  readonly asked: Asked[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(test: TestContext): Promise<FileServer> {
    const server = new FileServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    test.after(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // A proxy is asked for the whole address.
    const path = new URL(request.url ?? "/", "http://files").pathname;
    const { range, "if-range": ifRange } = request.headers;
    this.asked.push({ path, range, ifRange: typeof ifRange === "string" ? ifRange : undefined });
    const file = this.files[path];
    if (!file) return void response.writeHead(404).end("no such file");
    if (file.location !== undefined) return void response.writeHead(302, { location: file.location }).end();
    if (file.status !== undefined) return void response.writeHead(file.status).end("not now");
    this.#send(file, response, ifRange === file.etag ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0);
  }

  #send({ bytes, etag, type, breaksAfter = [] }: Served, response: ServerResponse, from: number): void {
    const part = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": part.length,
      "content-type": type ?? "application/octet-stream",
      ...(etag !== undefined && { etag }),
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    const end = breaksAfter[this.asked.length - 1];
    if (end === undefined) return void response.end(part);
    response.write(part.subarray(0, end), () => response.socket?.end());
  }
}
