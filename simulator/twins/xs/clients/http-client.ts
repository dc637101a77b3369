import Timer from "timer";
import type { Connector, Socket } from "./socket.ts";
import { LineReader } from "./socket.ts";

type ByteBuffer = ArrayBuffer | Uint8Array;

interface RequestOptions {
  method?: string;
  path?: string;
  headers?: Iterable<readonly [string, string]>;
  headersMask?: readonly string[];
  onHeaders?: (this: HTTPRequest, status: number, headers: Map<string, string>, statusText: string) => void;
  onReadable?: (this: HTTPRequest, byteLength: number) => void;
  onWritable?: (this: HTTPRequest, byteLength: number) => void;
  onDone?: (this: HTTPRequest, error: Error | null) => void;
}

interface ClientOptions extends Connector {
  host: string;
  port?: number;
  onError?: (error?: unknown) => void;
}

interface Exchange {
  options: RequestOptions;
  request: HTTPRequest;
}

type State =
  | "connecting"
  | "idle"
  | "sending head"
  | "sending body"
  | "status"
  | "header"
  | "content"
  | "chunk size"
  | "chunk end"
  | "trailer"
  | "complete"
  | "closed";

/** Room for the size line and the end of a chunk. */
const CHUNK_FRAME_BYTES = 8;

class HTTPRequest {
  #client: HTTPClient;

  constructor(client: HTTPClient) {
    this.#client = client;
  }

  /** What has arrived of the answer's body, at most `amount`; undefined when no body is being received. */
  read(amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    return this.#client.$read(this, amount);
  }

  /** Sends a piece of the request's body, or ends a chunked one; gives the room that is left. */
  write(data?: ByteBuffer): number {
    return this.#client.$write(this, data);
  }
}

function malformed(what: string): Error {
  return new Error(`bad response: ${what}`);
}

/** Twin of `embedded:network/http/client`: HTTP/1.1 (RFC 9112) over the socket class that it is given. */
export default class HTTPClient {
  #host: string;
  #onError: ClientOptions["onError"];
  #socket: Socket | undefined;
  #state: State = "connecting";
  #queue: Exchange[] = [];
  #current: Exchange | undefined;
  #lines = new LineReader();
  #writable = 0;
  #outgoing: Uint8Array | undefined;
  #head: Iterator<string> | undefined;
  /** Bytes of the request's body to come, or Infinity for a chunked body that has not ended. */
  #bodyLeft = 0;
  #status = 0;
  #statusText = "";
  #headers: Map<string, string> | undefined;
  #isChunked = false;
  /** Bytes of the answer's body, or of its current chunk, to come. Infinity: until the server closes. */
  #contentLeft: number | undefined;
  #timer: Timer | undefined;

  constructor(options: ClientOptions) {
    if (!options.host) throw new Error("host required");
    this.#host = options.host;
    this.#onError = options.onError;
    const dns = new options.dns.io(options.dns);
    dns.resolve({
      host: options.host,
      onResolved: (host, address) => this.#connect(options, host, address),
      onError: (error) => this.#fail(error),
    });
  }

  /** Ends everything; no callback is called any more. */
  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    Timer.clear(this.#timer);
    this.#timer = undefined;
    this.#current = undefined;
    this.#queue.length = 0;
    this.#state = "closed";
  }

  /** Requests are sent one after the other over the same connection. */
  request(options: RequestOptions): HTTPRequest {
    const exchange = { options: { ...options }, request: new HTTPRequest(this) };
    this.#queue.push(exchange);
    if (this.#state === "idle") {
      this.#next();
      this.#later(() => this.#send(this.#writable));
    }
    return exchange.request;
  }

  /** For HTTPRequest. */
  $read(request: HTTPRequest, amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    if (this.#current?.request !== request || !this.#socket) throw new Error("bad state");
    if (this.#state !== "content" || this.#contentLeft === undefined) return undefined;
    const available = Math.min(this.#lines.unread, this.#contentLeft);
    const count = Math.min(available, typeof amount === "object" ? amount.byteLength : (amount ?? available));
    const target = typeof amount === "object" ? this.#view(amount, count) : count;
    const result = this.#socket.read(target);
    this.#lines.unread -= count;
    this.#contentLeft -= count;
    if (this.#contentLeft === 0) this.#endContent();
    return result;
  }

  /** For HTTPRequest. */
  $write(request: HTTPRequest, data?: ByteBuffer): number {
    if (this.#current?.request !== request || this.#state !== "sending body") throw new Error("bad state");
    if (!data) return this.#endChunks();
    if (this.#bodyLeft === Infinity) return this.#writeChunk(data);
    if (data.byteLength > this.#writable || data.byteLength > this.#bodyLeft) throw new Error("would block");
    this.#write(data);
    this.#bodyLeft -= data.byteLength;
    if (this.#bodyLeft > 0) return Math.min(this.#writable, this.#bodyLeft);
    this.#state = "status";
    return 0;
  }

  #connect(options: ClientOptions, host: string, address: string): void {
    if (this.#state === "closed") return;
    try {
      this.#socket = new options.socket.io({
        ...options.socket,
        address,
        host,
        port: options.port ?? 80,
        onReadable: (count) => this.#receive(count),
        onWritable: (count) => this.#send(count),
        onError: (error) => this.#fail(error),
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #later(run: () => void): void {
    Timer.clear(this.#timer);
    this.#timer = Timer.set(() => {
      this.#timer = undefined;
      run();
    });
  }

  #next(): void {
    this.#current = this.#queue.shift();
    if (!this.#current) return;
    this.#state = "sending head";
    this.#bodyLeft = 0;
    this.#outgoing = undefined;
    this.#isChunked = false;
    this.#contentLeft = undefined;
    this.#head = this.#headLines(this.#current.options);
  }

  *#headLines({ method = "GET", path, headers = [] }: RequestOptions): Generator<string, undefined> {
    yield `${method} ${path || "/"} HTTP/1.1\r\nhost: ${this.#host}\r\n`;
    for (const [name, value] of headers) {
      const lowerName = name.toLowerCase();
      if (lowerName === "content-length") this.#bodyLeft = Number.parseInt(value, 10);
      else if (lowerName === "transfer-encoding" && value.toLowerCase() === "chunked") this.#bodyLeft = Infinity;
      yield `${name}: ${value}\r\n`;
    }
    yield "\r\n";
    return undefined;
  }

  /** Sends what can be sent; `writable` is the socket's room. */
  #send(writable: number): void {
    this.#writable = writable;
    if (this.#state === "connecting") {
      this.#state = "idle";
      this.#next();
    }
    while (this.#socket && this.#writable > 0) {
      if (this.#outgoing) this.#flush();
      else if (this.#state === "sending head") this.#takeHeadLine();
      else break;
    }
    if (this.#state === "sending body" && !this.#outgoing) this.#askForBody();
  }

  #flush(): void {
    const bytes = this.#outgoing;
    if (!bytes) return;
    const count = Math.min(bytes.byteLength, this.#writable);
    if (count === 0) return;
    this.#outgoing = count < bytes.byteLength ? bytes.subarray(count) : undefined;
    this.#write(bytes.subarray(0, count));
    if (!this.#outgoing && this.#state === "sending body" && this.#bodyLeft === 0) this.#state = "status";
  }

  #takeHeadLine(): void {
    const line = this.#head?.next();
    if (line && !line.done) this.#outgoing = new Uint8Array(ArrayBuffer.fromString(line.value));
    else this.#state = this.#bodyLeft > 0 ? "sending body" : "status";
  }

  #askForBody(): void {
    const room = this.#bodyLeft === Infinity ? this.#writable - CHUNK_FRAME_BYTES : this.#writable;
    const current = this.#current;
    if (room > 0) current?.options.onWritable?.call(current.request, Math.min(room, this.#bodyLeft));
  }

  #writeChunk(data: ByteBuffer): number {
    if (data.byteLength + CHUNK_FRAME_BYTES > this.#writable) throw new Error("would block");
    this.#write(ArrayBuffer.fromString(`${data.byteLength.toString(16)}\r\n`));
    this.#write(data);
    this.#write(ArrayBuffer.fromString("\r\n"));
    return Math.max(0, this.#writable - CHUNK_FRAME_BYTES);
  }

  #endChunks(): number {
    if (this.#bodyLeft !== Infinity) throw new Error("bad data");
    this.#bodyLeft = 0;
    this.#outgoing = new Uint8Array(ArrayBuffer.fromString("0\r\n\r\n"));
    this.#flush();
    return 0;
  }

  #write(data: ByteBuffer): void {
    this.#writable = this.#socket?.write(data) ?? 0;
  }

  #receive(count: number): void {
    this.#lines.unread = count;
    this.#parse();
  }

  #parse(): void {
    while (this.#socket && this.#lines.unread > 0) {
      if (this.#state === "complete") return;
      if (this.#state === "content") {
        this.#offerContent();
        return;
      }
      const line = this.#lines.take(this.#socket);
      if (line === undefined) return;
      if (line === null) this.#fail(malformed("a line without end"));
      else this.#accept(line);
    }
  }

  #offerContent(): void {
    const current = this.#current;
    const count = Math.min(this.#lines.unread, this.#contentLeft ?? 0);
    current?.options.onReadable?.call(current.request, count);
  }

  #accept(line: string): void {
    switch (this.#state) {
      case "status":
        return this.#acceptStatus(line);
      case "header":
        return line === "" ? this.#endHead() : this.#acceptHeader(line);
      case "chunk size":
        return this.#acceptChunkSize(line);
      case "chunk end":
        if (line !== "") return this.#fail(malformed(`"${line}" after a chunk`));
        this.#state = "chunk size";
        return;
      case "trailer":
        return line === "" ? this.#done() : this.#fail(malformed(`trailer "${line}"`));
      default:
        return this.#fail(malformed(`"${line}" without a request`));
    }
  }

  #acceptStatus(line: string): void {
    const parts = /^HTTP\/1\.\d (\d{3}) (.*)$/.exec(line);
    if (!parts) return this.#fail(malformed(`status line "${line}"`));
    this.#status = Number(parts[1]);
    // The SDK leaves the line's end in the text.
    this.#statusText = `${parts[2]}\r\n`;
    this.#headers = new Map();
    this.#state = "header";
  }

  #acceptHeader(line: string): void {
    const colon = line.indexOf(":");
    if (colon < 0) return this.#fail(malformed(`header "${line}"`));
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-length") {
      this.#contentLeft = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      if (this.#contentLeft < 0) return this.#fail(malformed(`content-length "${value}"`));
    } else if (name === "transfer-encoding") this.#isChunked = value.toLowerCase() === "chunked";
    const mask = this.#current?.options.headersMask;
    if (!mask || mask.includes(name)) this.#headers?.set(name, value);
  }

  #endHead(): void {
    const isEmpty = this.#status === 204 || this.#status === 205;
    if (isEmpty) this.#contentLeft = 0;
    else if (this.#isChunked) this.#contentLeft = undefined;
    else this.#contentLeft ??= Infinity;
    const current = this.#current;
    current?.options.onHeaders?.call(current.request, this.#status, this.#headers ?? new Map(), this.#statusText);
    if (!this.#socket) return;
    this.#headers = undefined;
    if (this.#contentLeft === 0) this.#done();
    else this.#state = this.#contentLeft === undefined ? "chunk size" : "content";
  }

  #acceptChunkSize(line: string): void {
    const size = /^([0-9a-fA-F]{1,8})\s*(;.*)?$/.exec(line);
    if (!size) return this.#fail(malformed(`chunk size "${line}"`));
    this.#contentLeft = Number.parseInt(size[1] as string, 16);
    this.#state = this.#contentLeft === 0 ? "trailer" : "content";
  }

  /** The application has read all of the body or of a chunk: what comes next must not happen inside its `read`. */
  #endContent(): void {
    if (this.#isChunked) {
      this.#state = "chunk end";
      if (this.#lines.unread > 0) this.#later(() => this.#parse());
    } else {
      this.#state = "complete";
      this.#later(() => this.#done());
    }
  }

  #done(): void {
    const current = this.#current;
    this.#current = undefined;
    this.#state = "idle";
    current?.options.onDone?.call(current.request, null);
    if (this.#state !== "idle" || !this.#socket) return;
    this.#next();
    if (this.#current) this.#send(this.#writable);
  }

  #fail(error?: unknown): void {
    if (this.#state === "closed") return;
    // A server may close right after the body: its completion is reported before the end of the connection.
    if (this.#state === "complete") this.#done();
    const failed = this.#current ? [this.#current, ...this.#queue] : [...this.#queue];
    const onError = this.#onError;
    this.close();
    try {
      for (const { options, request } of failed) options.onDone?.call(request, new Error());
      onError?.(error);
    } catch {
      // The SDK, too, ignores what callbacks throw while it is closing.
    }
  }

  #view(buffer: ByteBuffer, count: number): Uint8Array {
    if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, 0, count);
    if (buffer.BYTES_PER_ELEMENT !== 1) throw new Error("invalid buffer");
    return buffer.subarray(0, count);
  }
}
