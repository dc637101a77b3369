import Timer from "timer";
import type { Connector, Socket } from "./socket.ts";
import { LineReader } from "./socket.ts";
import type { FrameHead } from "./websocket-frame.ts";
import { encodeFrame, headBytes, overheadBytes, parseHead, randomKey } from "./websocket-frame.ts";

type ByteBuffer = ArrayBuffer | Uint8Array | DataView;

interface WebSocketOptions extends Connector {
  host: string;
  port?: number;
  path?: string;
  protocol?: string;
  headers?: Iterable<readonly [string, string]>;
  format?: "buffer" | "number";
  target?: unknown;
  onReadable?: (this: WebSocketClient, byteLength: number, options: { more: boolean; binary: boolean }) => void;
  onWritable?: (this: WebSocketClient, byteLength: number) => void;
  onControl?: (this: WebSocketClient, opcode: number, data: ArrayBuffer) => void;
  onClose?: (this: WebSocketClient) => void;
  onError?: (this: WebSocketClient) => void;
}

/** A frame that is being received. */
interface Incoming {
  head: FrameHead;
  left: number;
  control: Uint8Array | undefined;
}

type State = "connecting" | "status" | "header" | "open" | "closing" | "closed";

/** Room that is kept back from what the application is told. */
const RESERVED_BYTES = 8;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * Twin of `embedded:network/websocket/client`: RFC 6455 over the socket class that it is given. `write` throws when the
 * frame does not fit, a message arrives in pieces with `more`, pings are answered, and a clean end is `onClose`.
 */
export default class WebSocketClient {
  static readonly text = 1;
  static readonly binary = 2;
  static readonly close = CLOSE;
  static readonly ping = PING;
  static readonly pong = PONG;

  target?: unknown;
  #options: WebSocketOptions;
  #socket: Socket | undefined;
  #state: State = "connecting";
  #format: "buffer" | "number" = "buffer";
  #lines = new LineReader();
  #upgrades = 0;
  #writable = 0;
  #headBytes: number[] = [];
  #incoming: Incoming | undefined;
  #isBinary = true;
  /** Bytes of the piece that was announced and not read yet. */
  #piece = 0;
  #isParsing = false;
  #isFragmenting = false;
  #hasSentClose = false;
  #hasReceivedClose = false;
  #answer: { opcode: number; data: Uint8Array } | undefined;
  #answering: Timer | undefined;
  #parsing: Timer | undefined;
  #closing: Timer | undefined;

  constructor(options: WebSocketOptions) {
    this.#options = { ...options };
    this.format = options.format ?? "buffer";
    if (options.target !== undefined) this.target = options.target;
    const dns = new options.dns.io(options.dns);
    dns.resolve({
      host: options.host,
      onResolved: (host, address) => this.#connect(host, address),
      onError: () => this.#fail(),
    });
  }

  get format(): "buffer" | "number" {
    return this.#format;
  }

  set format(format: "buffer" | "number") {
    if (format !== "buffer" && format !== "number") throw new RangeError();
    this.#format = format;
  }

  /** Ends the connection at once; no callback is called any more. For a clean end write a close frame. */
  close(): void {
    this.#state = "closed";
    this.#socket?.close();
    this.#socket = undefined;
    for (const timer of [this.#answering, this.#parsing, this.#closing]) Timer.clear(timer);
  }

  /**
   * Sends one frame and gives the room for the next one's payload.
   * @throws Error before the connection is open, and when payload and head exceed the socket's room
   */
  write(data: ByteBuffer, options?: { binary?: boolean; more?: boolean; opcode?: number }): number {
    const total = data.byteLength + overheadBytes(data.byteLength);
    if (this.#state !== "open" || !this.#socket || !(total <= this.#writable)) {
      throw new Error(this.#state === "open" ? "would block" : "not connected");
    }
    const first = this.#firstByte(options);
    this.#socket.format = "buffer";
    this.#writable = this.#socket.write(encodeFrame(first, this.#bytes(data))) ?? 0;
    if (first === (0x80 | CLOSE)) this.#noteSentClose();
    return Math.max(0, this.#writable - overheadBytes(65536));
  }

  /** What was announced by `onReadable`, at most `amount`; undefined when all of it was read. */
  read(amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const socket = this.#socket;
    if (!socket || this.#piece === 0) return undefined;
    if (this.#format === "number") {
      socket.format = "number";
      const byte = socket.read();
      this.#noteRead(1);
      return byte;
    }
    socket.format = "buffer";
    const wanted = typeof amount === "object" ? amount.byteLength : (amount ?? this.#piece);
    const count = Math.min(wanted, this.#piece);
    const result = socket.read(typeof amount === "object" ? this.#bytes(amount).subarray(0, count) : count);
    this.#noteRead(count);
    return result;
  }

  #connect(host: string, address: string): void {
    if (this.#state === "closed") return;
    try {
      this.#socket = new this.#options.socket.io({
        ...this.#options.socket,
        address,
        host,
        port: this.#options.port ?? 80,
        onReadable: (count) => this.#receive(count),
        onWritable: (count) => this.#proceed(count),
        onError: () => this.#fail(),
      });
    } catch {
      this.#fail();
    }
  }

  #proceed(writable: number): void {
    this.#writable = writable;
    if (this.#state === "connecting") this.#sendHandshake();
    else if (this.#state === "open") {
      this.#sendAnswer();
      if (this.#state === "open") this.#options.onWritable?.call(this, Math.max(0, this.#writable - RESERVED_BYTES));
    }
  }

  #sendHandshake(): void {
    const { host, path, protocol, headers = [] } = this.#options;
    let head = `GET ${path || "/"} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n`;
    head += `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomKey()}\r\n`;
    if (protocol) head += `Sec-WebSocket-Protocol: ${protocol}\r\n`;
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    this.#writable = this.#socket?.write(ArrayBuffer.fromString(`${head}\r\n`)) ?? 0;
    this.#state = "status";
  }

  #receive(count: number): void {
    this.#lines.unread = count;
    while (this.#socket && (this.#state === "status" || this.#state === "header")) {
      const line = this.#lines.take(this.#socket);
      if (line === undefined) return;
      if (line === null || !this.#acceptLine(line)) return this.#fail();
    }
    this.#parse();
  }

  /** Whether the line fits an upgrade: the SDK does not compare the accept key and wants a reason phrase. */
  #acceptLine(line: string): boolean {
    if (this.#state === "status") {
      this.#state = "header";
      return /^\S+ 101 /.test(line);
    }
    if (line === "") return this.#open();
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    if (name === "connection" && value === "upgrade") this.#upgrades |= 1;
    else if (name === "sec-websocket-accept") this.#upgrades |= 2;
    else if (name === "upgrade" && value === "websocket") this.#upgrades |= 4;
    return true;
  }

  #open(): boolean {
    if (this.#upgrades !== 7) return false;
    this.#state = "open";
    if (this.#writable > RESERVED_BYTES) this.#options.onWritable?.call(this, this.#writable - RESERVED_BYTES);
    return true;
  }

  #parse(): void {
    if (this.#isParsing) return;
    this.#isParsing = true;
    try {
      while (this.#socket && this.#state === "open" && this.#piece === 0 && this.#lines.unread > 0) this.#parseNext();
    } finally {
      this.#isParsing = false;
    }
  }

  #parseNext(): void {
    this.#incoming ??= this.#takeHead();
    const incoming = this.#incoming;
    if (!incoming) return;
    if (incoming.control) this.#takeControl(incoming, incoming.control);
    else this.#offerPiece(incoming);
  }

  #takeHead(): Incoming | undefined {
    let head: FrameHead | undefined;
    try {
      while (!head && this.#lines.unread > 0) {
        this.#readHead();
        head = parseHead(this.#headBytes);
      }
    } catch {
      this.#fail();
      return undefined;
    }
    if (!head) return undefined;
    this.#headBytes.length = 0;
    if (head.opcode === 1 || head.opcode === 2) this.#isBinary = head.opcode === 2;
    const control = head.opcode >= CLOSE ? new Uint8Array(head.byteLength) : undefined;
    return { head, left: head.byteLength, control };
  }

  /** Reads what is missing of a head, as far as its length is known. */
  #readHead(): void {
    const socket = this.#socket as Socket;
    const count = Math.min(headBytes(this.#headBytes) - this.#headBytes.length, this.#lines.unread);
    socket.format = "buffer";
    this.#lines.unread -= count;
    this.#headBytes.push(...new Uint8Array(socket.read(count) as ArrayBuffer));
  }

  #offerPiece(incoming: Incoming): void {
    const count = Math.min(incoming.left, this.#lines.unread);
    if (count === 0 && incoming.left > 0) return;
    incoming.left -= count;
    this.#piece = count;
    const more = incoming.left > 0 || !incoming.head.isFinal;
    if (incoming.left === 0) this.#incoming = undefined;
    this.#options.onReadable?.call(this, count, { more, binary: this.#isBinary });
  }

  #takeControl(incoming: Incoming, control: Uint8Array): void {
    const socket = this.#socket as Socket;
    socket.format = "number";
    while (incoming.left > 0 && this.#lines.unread > 0) {
      this.#lines.unread--;
      control[control.byteLength - incoming.left--] = socket.read() as number;
    }
    if (incoming.left > 0) return;
    this.#incoming = undefined;
    const { opcode } = incoming.head;
    try {
      this.#options.onControl?.call(this, opcode, control.buffer as ArrayBuffer);
    } catch {
      // The SDK, too, ignores what this callback throws.
    }
    if (!this.#socket) return;
    if (opcode === CLOSE) this.#acceptClose(control);
    else if (opcode === PING && !this.#answer && !this.#hasReceivedClose) this.#prepareAnswer(PONG, control);
  }

  #acceptClose(data: Uint8Array): void {
    if (!this.#hasSentClose) {
      this.#hasReceivedClose = true;
      this.#prepareAnswer(CLOSE, data);
      return;
    }
    this.close();
    this.#options.onClose?.call(this);
  }

  /** Answers go out as soon as there is room, and not inside the callback that they answer. */
  #prepareAnswer(opcode: number, data: Uint8Array): void {
    this.#answer = { opcode, data };
    this.#answering ??= Timer.set(() => {
      this.#answering = undefined;
      this.#proceed(this.#writable);
    });
  }

  #sendAnswer(): void {
    const answer = this.#answer;
    if (!answer || answer.data.byteLength + overheadBytes(answer.data.byteLength) > this.#writable) return;
    this.#answer = undefined;
    Timer.clear(this.#answering);
    this.#answering = undefined;
    this.write(answer.data, { opcode: answer.opcode });
  }

  #noteSentClose(): void {
    this.#hasSentClose = true;
    if (!this.#hasReceivedClose) return;
    this.#state = "closing";
    // The server closes the connection; a second is left for the frame to reach it.
    this.#closing = Timer.set(() => {
      this.close();
      this.#options.onClose?.call(this);
    }, 1000);
  }

  #noteRead(count: number): void {
    this.#piece -= count;
    this.#lines.unread -= count;
    if (this.#piece > 0 || this.#lines.unread === 0 || this.#isParsing) return;
    Timer.clear(this.#parsing);
    this.#parsing = Timer.set(() => {
      this.#parsing = undefined;
      this.#parse();
    });
  }

  #firstByte(options?: { binary?: boolean; more?: boolean; opcode?: number }): number {
    if (options?.opcode !== undefined) return 0x80 | options.opcode;
    const opcode = this.#isFragmenting ? 0 : (options?.binary ?? true) ? 2 : 1;
    this.#isFragmenting = options?.more ?? false;
    return this.#isFragmenting ? opcode : 0x80 | opcode;
  }

  #bytes(data: ByteBuffer): Uint8Array {
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    if ("BYTES_PER_ELEMENT" in data && data.BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }

  #fail(): void {
    if (this.#state === "closed") return;
    const wasClosing = this.#hasSentClose || this.#hasReceivedClose;
    this.close();
    if (wasClosing) this.#options.onClose?.call(this);
    else this.#options.onError?.call(this);
  }
}
