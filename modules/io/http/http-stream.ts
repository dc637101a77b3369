import HTTPClient, { type HTTPRequest } from "embedded:network/http/client";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { reason } from "../../system/log.ts";
import { HostResolver } from "../host-resolver.ts";
import { clientSocket } from "../socket/client-socket.ts";
import type { Url } from "../url.ts";

export interface HttpStreamOptions {
  readonly url: Url;
  /** Of the own authority, for `https`. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  /** What the answer should be, for the header `Accept`. */
  readonly accept?: string;
  /** A server that sends nothing for so long is taken for gone; default 10 s. */
  readonly silenceMs?: number;
  /** The body begins; its length in bytes where the server tells it. */
  readonly onStart?: (lengthBytes: number | undefined) => void;
  /** There is something to read. */
  readonly onReadable?: () => void;
  /** Once, unless closed before; undefined when the body is complete and has been read. */
  readonly onEnd: (error: Error | undefined) => void;
}

const SILENCE_MS = 10_000;

/** Ten minutes of music at 128 kbit/s, and more than any announcement. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * The body of a GET, read as it is needed: what is not read stays with the server, so a long body takes no more memory
 * than a short one. Redirects are not followed.
 */
export class HttpStream {
  readonly #options: HttpStreamOptions;
  readonly #client: HTTPClient;
  #request: HTTPRequest | undefined;
  /** Bytes that have come and were not read. */
  #available = 0;
  #received = 0;
  #isAnswered = false;
  /** Without a length the end of the connection is the end of the body. */
  #endsWithConnection = false;
  #isDone = false;
  #cancelSilence: Cancel | undefined;

  /** @throws Error for a URL that is not `http` or `https` */
  constructor(options: HttpStreamOptions) {
    this.#options = options;
    const { url, authority } = options;
    if (!url.scheme.startsWith("http")) throw new Error(`expected an http:// or https:// URL, got ${url.scheme}://`);
    this.#expect();
    this.#client = new HTTPClient({
      host: url.host,
      port: url.port,
      dns: { io: HostResolver },
      socket: clientSocket({ ...url, authority }),
      onError: () => this.#end(new Error("connection failed")),
    });
    this.#start(options);
  }

  /** Up to `maxBytes` of what has come; undefined when nothing has. */
  read(maxBytes: number): Uint8Array | undefined {
    if (this.#isDone || this.#available === 0) return undefined;
    const count = Math.min(maxBytes, this.#available);
    this.#available -= count;
    if (this.#available === 0) this.#expect();
    try {
      const bytes = this.#request?.read(count);
      return bytes && new Uint8Array(bytes);
    } catch (error) {
      this.#end(new Error(`cannot be read: ${reason(error)}`));
      return undefined;
    }
  }

  /** Ends it without an event. */
  close(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelSilence?.();
    // The client still uses its socket after a callback returns: close it from outside of one.
    this.#options.clock.schedule(0, () => this.#client.close());
  }

  #start({ url: { path }, accept }: HttpStreamOptions): void {
    this.#request = this.#client.request({
      method: "GET",
      path,
      headers: new Map(accept === undefined ? [] : [["Accept", accept]]),
      onHeaders: (status, headers) => {
        this.#isAnswered = true;
        this.#endsWithConnection = !headers.has("content-length") && !headers.has("transfer-encoding");
        if (status !== 200) return this.#end(new Error(`expected status 200, got ${status}`));
        const length = headers.get("content-length");
        this.#options.onStart?.(length === undefined ? undefined : Number(length));
      },
      onReadable: (count) => this.#arrived(count),
      onDone: (error) => {
        const isCut = error !== null && error !== undefined && !this.#endsWithConnection;
        this.#end(isCut ? new Error(this.#isAnswered ? "body was cut off" : "connection failed") : undefined);
      },
    });
  }

  /** `count` is all that waits, not what is new. */
  #arrived(count: number): void {
    if (this.#isDone) return;
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    this.#received += count - this.#available;
    this.#available = count;
    if (this.#received > MAX_BODY_BYTES) this.#end(new Error(`body is longer than ${MAX_BODY_BYTES} bytes`));
    else this.#options.onReadable?.();
  }

  #expect(): void {
    this.#cancelSilence?.();
    const { clock, silenceMs = SILENCE_MS } = this.#options;
    this.#cancelSilence = clock.schedule(silenceMs, () => this.#end(new Error(`nothing came for ${silenceMs} ms`)));
  }

  #end(error: Error | undefined): void {
    if (this.#isDone) return;
    this.close();
    this.#options.onEnd(error);
  }
}
