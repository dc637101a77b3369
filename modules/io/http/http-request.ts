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
  /** Pieces are sent one after the other. */
  readonly body: string | Uint8Array | readonly Uint8Array[];
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
  readonly #body: readonly Uint8Array[];
  /** The piece that is being sent, and how much of it was. */
  #piece = 0;
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
    this.#body = piecesOf(body);
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
      headers: new Map([
        ...headers,
        ["Content-Length", String(this.#body.reduce((sum, { byteLength }) => sum + byteLength, 0))],
      ]),
      onHeaders: (status) => {
        this.#status = status;
      },
      onWritable(room) {
        for (let left = room; left > 0; ) {
          const part = exchange.#next(left);
          if (!part) return;
          left -= part.byteLength;
          this.write(part);
        }
      },
      onReadable(count) {
        exchange.#take(this.read(count));
      },
      onDone: (error) => this.#end(error ? this.#failure() : this.#answer()),
    });
  }

  /** What is sent next, of at most that many bytes; undefined when all was sent. */
  #next(room: number): Uint8Array | undefined {
    let piece = this.#body[this.#piece];
    while (piece && this.#sent === piece.byteLength) {
      this.#sent = 0;
      this.#piece++;
      piece = this.#body[this.#piece];
    }
    if (!piece) return undefined;
    const part = piece.subarray(this.#sent, this.#sent + room);
    this.#sent += part.byteLength;
    return part;
  }

  #take(piece: ArrayBuffer | undefined): void {
    if (!piece || this.#isDone) return;
    this.#received += piece.byteLength;
    if (this.#received > MAX_ANSWER_BYTES) {
      return this.#end(new Error(`answer is longer than ${MAX_ANSWER_BYTES} bytes`));
    }
    this.#pieces.push(new Uint8Array(piece));
  }

  #failure(): Error {
    return new Error(this.#status === 0 ? "connection failed" : "answer was cut off");
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

function piecesOf(body: HttpRequest["body"]): readonly Uint8Array[] {
  if (typeof body === "string") return [new Uint8Array(ArrayBuffer.fromString(body))];
  return body instanceof Uint8Array ? [body] : body;
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
