import HTTPClient from "embedded:network/http/client";
import type { Clock } from "../../../protocol/clock.ts";
import { HostResolver } from "../host-resolver.ts";
import { clientSocket } from "../socket/client-socket.ts";
import type { Url } from "../url.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: Url;
  /** Of the own authority, for `https`. */
  readonly authority?: ArrayBuffer | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** More than any answer of the protocol; a server that sends more is cut off before it fills the heap. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** One exchange with a server: sends the body as the socket takes it, gathers the answer, ends exactly once. */
class Exchange {
  readonly #request: HttpRequest;
  readonly #settle: (answer: HttpAnswer | Error) => void;
  readonly #client: HTTPClient;
  readonly #body: Uint8Array;
  #sent = 0;
  #status = 0;
  #pieces: Uint8Array[] = [];
  #received = 0;
  #isDone = false;
  readonly #cancelTimeout: () => void;

  constructor(request: HttpRequest, settle: (answer: HttpAnswer | Error) => void) {
    this.#request = request;
    this.#settle = settle;
    const { body } = request;
    this.#body = typeof body === "string" ? new Uint8Array(ArrayBuffer.fromString(body)) : body;
    const { timeoutMs, clock, url, authority } = request;
    this.#cancelTimeout = clock.schedule(timeoutMs, () => this.#end(new Error(`no answer within ${timeoutMs} ms`)));
    this.#client = new HTTPClient({
      host: url.host,
      port: url.port,
      dns: { io: HostResolver },
      socket: clientSocket({ ...url, authority }),
      onError: () => this.#end(new Error("connection failed")),
    });
    this.#start();
  }

  #start(): void {
    const exchange = this;
    const { method, url, headers } = this.#request;
    this.#client.request({
      method,
      path: url.path,
      headers: new Map([...headers, ["Content-Length", String(this.#body.byteLength)]]),
      onHeaders: (status) => {
        this.#status = status;
      },
      onWritable(room) {
        const end = Math.min(exchange.#sent + room, exchange.#body.byteLength);
        const piece = exchange.#body.subarray(exchange.#sent, end);
        exchange.#sent = end;
        if (piece.byteLength > 0) this.write(piece);
      },
      onReadable(count) {
        exchange.#take(this.read(count));
      },
      onDone: (error) => this.#end(error ? new Error("answer was cut off") : this.#answer()),
    });
  }

  #take(piece: ArrayBuffer | undefined): void {
    if (!piece || this.#isDone) return;
    this.#received += piece.byteLength;
    if (this.#received > MAX_ANSWER_BYTES) {
      return this.#end(new Error(`answer is longer than ${MAX_ANSWER_BYTES} bytes`));
    }
    this.#pieces.push(new Uint8Array(piece));
  }

  #answer(): HttpAnswer | Error {
    const bytes = new Uint8Array(this.#received);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.byteLength;
    }
    try {
      return { status: this.#status, body: String.fromArrayBuffer(bytes.buffer) };
    } catch {
      return new Error("answer is not UTF-8");
    }
  }

  #end(answer: HttpAnswer | Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelTimeout();
    this.#pieces = [];
    // The client still uses its socket after a callback returns: close it from outside of one.
    this.#request.clock.schedule(0, () => this.#client.close());
    this.#settle(answer);
  }
}

/**
 * One HTTP request and its whole answer. Redirects are not followed.
 *
 * @throws Error when the server cannot be reached, does not answer in time, or answers too much
 */
export function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    new Exchange(request, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
  });
}
