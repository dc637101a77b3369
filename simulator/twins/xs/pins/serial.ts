import { call, register, release } from "host";

interface SerialOptions {
  transmit?: number;
  receive?: number;
  port?: number;
  baud: number;
  format?: string;
  target?: unknown;
  onReadable?: (this: Serial, byteLength: number) => void;
  onWritable?: (this: Serial, byteLength: number) => void;
}

/** How many UARTs an ESP32-S3 has. */
const PORTS = 3;

/** Twin of `embedded:io/serial` on ESP32, with buffers. */
export default class Serial {
  target?: unknown;
  #id: number | undefined;
  #onReadable: SerialOptions["onReadable"];
  #onWritable: SerialOptions["onWritable"];

  constructor(options: SerialOptions) {
    const { transmit, receive, port = 0, baud, format = "buffer", onReadable, onWritable } = options;
    if (transmit === undefined && receive === undefined) throw new Error("invalid");
    if (!(port >= 0 && port < PORTS)) throw new RangeError("invalid port");
    if (!(baud > 0 && baud <= 20_000_000)) throw new RangeError("invalid baud");
    if (format !== "buffer") throw new RangeError("invalid format");
    if (options.target !== undefined) this.target = options.target;
    this.#onReadable = receive === undefined ? undefined : onReadable;
    this.#onWritable = transmit === undefined ? undefined : onWritable;
    const id = register(this);
    try {
      call("serial.open", id);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
  }

  get format(): string {
    return "buffer";
  }

  read(): ArrayBuffer | undefined {
    this.#open();
    return call("serial.read");
  }

  write(bytes: ArrayBuffer | Uint8Array): void {
    this.#open();
    call("serial.write", bytes);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("serial.close");
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node. */
  $readable(byteLength: number): void {
    if (this.#id !== undefined) this.#onReadable?.call(this, byteLength);
  }

  /** Called by Node. */
  $writable(byteLength: number): void {
    if (this.#id !== undefined) this.#onWritable?.call(this, byteLength);
  }

  #open(): void {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
  }
}
