import HTTPClient from "embedded:network/http/client";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { contained } from "../../system/contained.ts";
import { HostResolver } from "../host-resolver.ts";
import { clientSocket } from "../socket/client-socket.ts";
import type { Url } from "../url.ts";

export interface HttpDownloadOptions {
  /** `http` or `https`. */
  readonly url: Url;
  /** Certificate (DER) of an own authority that is trusted beside the public ones. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  /** How long to wait for the answer, and later for each next piece of it. */
  readonly timeoutMs: number;
  /** The answer begins, with status 200; its length in bytes where the server tells it. */
  readonly onStart: (lengthBytes: number | undefined) => void;
  /** There is something to read. */
  readonly onReadable: () => void;
  /** Once, unless closed before: everything was read, or why not. */
  readonly onEnd: (error: Error | undefined) => void;
}

/**
 * A file from a web server, read as fast as the reader takes it: what is not read stays with the server. Redirects are
 * not followed.
 */
export class HttpDownload {
  readonly #options: HttpDownloadOptions;
  readonly #client: HTTPClient;
  readonly #request: { read(count?: number): ArrayBuffer | undefined };
  #available = 0;
  #isDone = false;
  #cancelTimeout: Cancel | undefined;

  constructor(options: HttpDownloadOptions) {
    this.#options = options;
    const { url, authority } = options;
    this.#client = new HTTPClient({
      host: url.host,
      port: url.port,
      dns: { io: HostResolver },
      socket: clientSocket({ ...url, authority }),
      onError: () => this.#end(new Error("connection failed")),
    });
    this.#request = this.#client.request({
      method: "GET",
      path: url.path,
      headers: new Map([["Connection", "close"]]),
      onHeaders: (status, headers) => contained("download", () => this.#begin(status, headers)),
      onReadable: (count) => contained("download", () => this.#arrived(count)),
      onDone: (error) => contained("download", () => this.#end(error ? new Error("answer was cut off") : undefined)),
    });
    this.#await();
  }

  /** Bytes that can be read now. */
  get available(): number {
    return this.#isDone ? 0 : this.#available;
  }

  /** Up to so many bytes of what has arrived; undefined when there is nothing. */
  read(maxBytes: number): Uint8Array | undefined {
    const count = Math.min(maxBytes, this.available);
    if (count <= 0) return undefined;
    this.#available -= count;
    if (this.#available === 0) this.#await();
    const piece = this.#request.read(count);
    return piece && new Uint8Array(piece);
  }

  /** Ends it without telling. */
  close(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelTimeout?.();
    // The client still uses its socket after a callback returns: close it from outside of one.
    this.#options.clock.schedule(0, () => this.#client.close());
  }

  #begin(status: number, headers: ReadonlyMap<string, string>): void {
    if (this.#isDone) return;
    if (status !== 200) return this.#end(new Error(`expected status 200, got ${status}`));
    const length = headers.get("content-length");
    this.#await();
    this.#options.onStart(length === undefined ? undefined : Number(length));
  }

  #arrived(count: number): void {
    if (this.#isDone) return;
    this.#available = count;
    if (count === 0) return;
    this.#cancelTimeout?.();
    this.#options.onReadable();
  }

  #await(): void {
    const { clock, timeoutMs } = this.#options;
    this.#cancelTimeout?.();
    const late = () => this.#end(new Error(`nothing came for ${timeoutMs} ms`));
    this.#cancelTimeout = clock.schedule(timeoutMs, late);
  }

  #end(error: Error | undefined): void {
    if (this.#isDone) return;
    this.close();
    this.#options.onEnd(error);
  }
}
