import { call, fill, register, release } from "host";

type ByteBuffer = ArrayBuffer | Uint8Array | DataView;
type Format = "buffer" | "number";

interface TCPOptions {
  address?: string;
  port?: number;
  from?: TCP;
  /** Of the twin of a listener: its next connection. */
  $listener?: number;
  nodelay?: boolean;
  format?: Format;
  target?: unknown;
  onReadable?: (this: TCP, byteLength: number) => void;
  onWritable?: (this: TCP, byteLength: number) => void;
  onError?: (this: TCP) => void;
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

function checkCallback<T>(callback: T): T {
  if (callback !== undefined && callback !== null && typeof callback !== "function") throw new Error("not a function");
  return callback;
}

function checkFormat(format: unknown): Format {
  if (format !== "buffer" && format !== "number") throw new RangeError("unimplemented");
  return format;
}

/** Arrays of wider elements are refused, as by the SDK's C code. */
function checkBuffer(buffer: ByteBuffer): ByteBuffer {
  if (buffer instanceof ArrayBuffer || buffer instanceof DataView) return buffer;
  if (!ArrayBuffer.isView(buffer) || buffer.BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
  return buffer;
}

/**
 * Twin of `embedded:io/socket/tcp` on ESP32: 5744 bytes of send buffer and of receive window, `write` throws when the
 * buffer is too small and before the connection stands, an end by the peer is an error, and the error comes only after
 * everything received has been read.
 */
export default class TCP {
  target?: unknown;
  #id: number | undefined;
  #format: Format = "buffer";
  #onReadable: TCPOptions["onReadable"];
  #onWritable: TCPOptions["onWritable"];
  #onError: TCPOptions["onError"];

  constructor(options: TCPOptions) {
    if (options.format) this.#format = checkFormat(options.format);
    this.#onReadable = checkCallback(options.onReadable);
    this.#onWritable = checkCallback(options.onWritable);
    this.#onError = checkCallback(options.onError);
    if (options.target !== undefined) this.target = options.target;
    if (options.$listener !== undefined) this.#accept(options.$listener);
    else if (options.from) this.#takeOver(options.from);
    else this.#connect(options);
  }

  get remoteAddress(): string | undefined {
    return call("tcp.remoteAddress", this.#open());
  }

  get remotePort(): number | undefined {
    return call("tcp.remotePort", this.#open());
  }

  get format(): Format {
    return this.#format;
  }

  set format(format: Format) {
    this.#format = checkFormat(format);
  }

  /** What has arrived: all of it, that many bytes, or as many as the buffer holds; undefined when there is nothing. */
  read(amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const id = this.#open();
    if (this.#format === "number") return call("tcp.readByte", id);
    if (typeof amount !== "object") return call("tcp.read", id, amount === undefined ? -1 : amount | 0);
    return fill(checkBuffer(amount), "tcp.read", id, amount.byteLength);
  }

  /** The room that is left afterwards; undefined when the connection has just failed. */
  write(data: number | ByteBuffer): number | undefined {
    const id = this.#open();
    return call(
      "tcp.write",
      id,
      this.#format === "number" ? Uint8Array.of(data as number) : checkBuffer(data as ByteBuffer),
    );
  }

  close(): void {
    if (this.#id === undefined) return;
    call("tcp.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node: what has happened since the last time, as one message of the device's network task. */
  $deliver(readable: number, isWritable: boolean, hasFailed: boolean): void {
    if (readable > 0) this.#onReadable?.call(this, readable);
    if (this.#id === undefined) return;
    if (hasFailed) {
      if (call("tcp.takeEnd", this.#id)) this.#onError?.call(this);
    } else if (isWritable) this.#onWritable?.call(this, call("tcp.writable", this.#id));
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }

  #connect({ address, port = 0, nodelay }: TCPOptions): void {
    if (typeof address !== "string" || !ADDRESS.test(address)) throw new Error("invalid address");
    if (!(port >= 0 && port <= 65535)) throw new RangeError("invalid port");
    const id = register(this);
    try {
      call("tcp.connect", id, address, port | 0, nodelay === true);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
  }

  #accept(listener: number): void {
    this.#id = register(this);
    call("listener.accept", listener, this.#id);
  }

  #takeOver(from: TCP): void {
    const former = from.#id;
    if (former === undefined) throw new Error("invalid from");
    this.#id = register(this);
    call("tcp.transfer", former, this.#id);
    release(former);
    from.#id = undefined;
  }
}
