import Listener from "embedded:io/socket/listener";
import TCP from "embedded:io/socket/tcp";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { frozen } from "../../../protocol/frozen.ts";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";
import { type HttpCall, RequestReader } from "./request-reader.ts";

/** What a call is answered with. */
export interface HttpReply {
  readonly status: number;
  /** Media type of the body. */
  readonly type?: string;
  /** Where a redirect leads. */
  readonly location?: string;
  readonly body?: string | ArrayBuffer;
}

export interface HttpServerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly answer: (call: HttpCall) => HttpReply | Promise<HttpReply>;
}

/** A phone opens a few connections for its probes; more are turned away. */
const MAX_CONNECTIONS = 6;
/** From the first byte of a call to the last of its answer; joining a network takes its time. */
const LIFETIME_MS = 60_000;

const REASONS: { readonly [status: number]: string } = frozen({
  200: "OK",
  302: "Found",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  500: "Internal Server Error",
});

/** One call and its answer, after which the connection ends. */
class Connection {
  readonly #reader = new RequestReader();
  readonly #answer: HttpServerOptions["answer"];
  readonly #onEnd: (connection: Connection) => void;
  readonly #socket: TCP;
  readonly #clock: Clock;
  readonly #cancel: Cancel;
  #room = 0;
  #head: ArrayBuffer | undefined;
  #body: ArrayBuffer | undefined;
  #sent = 0;
  #isEnded = false;

  constructor(from: TCP, { clock, answer }: HttpServerOptions, onEnd: (connection: Connection) => void) {
    this.#clock = clock;
    this.#answer = answer;
    this.#onEnd = onEnd;
    this.#cancel = clock.schedule(LIFETIME_MS, () => this.close());
    this.#socket = new TCP({
      from,
      onReadable: () => contained("http server", () => this.#read()),
      onWritable: (room) => contained("http server", () => this.#write(room)),
      onError: () => this.close(),
    });
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#cancel();
    this.#onEnd(this);
    // A socket must not be closed inside of its own callback.
    this.#clock.schedule(0, () => this.#socket.close());
  }

  #read(): void {
    const bytes = this.#socket.read() as ArrayBuffer | undefined;
    if (!bytes || this.#isEnded || this.#head) return;
    const call = this.#reader.push(new Uint8Array(bytes));
    if (call === undefined) return;
    if (typeof call === "number") return this.#reply({ status: call });
    Promise.resolve(this.#answer(call)).then(
      (reply) => this.#reply(reply),
      (error: unknown) => {
        log.error("http call failed", { path: call.path, reason: reason(error) });
        this.#reply({ status: 500 });
      },
    );
  }

  #reply({ status, type = "text/plain", location, body = REASONS[status] ?? "" }: HttpReply): void {
    if (this.#isEnded) return;
    const bytes = typeof body === "string" ? ArrayBuffer.fromString(body) : body;
    const lines = [
      `HTTP/1.1 ${status} ${REASONS[status] ?? ""}`,
      `Content-Type: ${type}`,
      `Content-Length: ${bytes.byteLength}`,
      "Cache-Control: no-store",
      "Connection: close",
      ...(location === undefined ? [] : [`Location: ${location}`]),
    ];
    this.#head = ArrayBuffer.fromString(`${lines.join("\r\n")}\r\n\r\n`);
    this.#body = bytes;
    contained("http server", () => this.#write(this.#room));
  }

  /** As much as the socket takes; the rest of it when it takes more. */
  #write(room: number): void {
    this.#room = room;
    while (this.#room > 0 && !this.#isEnded) {
      const part = this.#head && this.#sent < this.#head.byteLength ? this.#head : this.#body;
      if (!this.#head || !part) return;
      const before = part === this.#head ? 0 : this.#head.byteLength;
      const from = this.#sent - before;
      const piece = part.slice(from, Math.min(from + this.#room, part.byteLength));
      if (piece.byteLength === 0) return this.close();
      this.#room = this.#socket.write(piece) ?? 0;
      this.#sent += piece.byteLength;
    }
    if (this.#head && this.#body && this.#sent === this.#head.byteLength + this.#body.byteLength) this.close();
  }
}

/** A small web server: one call for each connection, calls and answers of a page for phones. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #connections = new Set<Connection>();
  readonly #listener: Listener;
  #isClosed = false;

  /** @throws Error when the port is taken */
  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#listener = new Listener({
      port: options.port,
      onReadable: (count) => contained("http server", () => this.#accept(count)),
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const connection of [...this.#connections]) connection.close();
    this.#options.clock.schedule(0, () => this.#listener.close());
  }

  #accept(count: number): void {
    for (let left = count; left > 0; left--) {
      const from = this.#listener.read();
      if (!from) return;
      if (this.#isClosed || this.#connections.size >= MAX_CONNECTIONS) from.close();
      else this.#connections.add(new Connection(from, this.#options, (ended) => this.#connections.delete(ended)));
    }
  }
}
