import { call, register, release } from "host";

interface UDPOptions {
  port?: number;
  timeToLive?: number;
  format?: string;
  target?: unknown;
  onReadable?: (this: UDP, count: number) => void;
}

/** A datagram: its bytes, with where they came from. */
type Packet = ArrayBuffer & { address: string; port: number };

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Twin of `embedded:io/socket/udp` on ESP32: `onReadable` tells how many datagrams wait; multicast has no twin. */
export default class UDP {
  target?: unknown;
  #id: number | undefined;
  #onReadable: UDPOptions["onReadable"];

  constructor(options: UDPOptions = {}) {
    const { port = 0, timeToLive = 64 } = options;
    if (!(port >= 0 && port <= 65535)) throw new RangeError("invalid port");
    if (!(timeToLive > 0 && timeToLive <= 255)) throw new RangeError("invalid timeToLive");
    if ((options.format ?? "buffer") !== "buffer") throw new RangeError("invalid format");
    if (options.onReadable && typeof options.onReadable !== "function") throw new Error("not a function");
    this.#onReadable = options.onReadable;
    if (options.target !== undefined) this.target = options.target;
    this.#id = register(this);
    call("udp.open", this.#id, port | 0);
  }

  get format(): string {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError();
  }

  /** The next datagram, undefined when none waits. */
  read(): Packet | undefined {
    const id = this.#open();
    const packet = call<Packet | undefined>("udp.read", id);
    return packet && Object.assign(packet, call<{ address: string; port: number }>("udp.sender", id));
  }

  write(data: ArrayBuffer | Uint8Array, address: string, port: number): void {
    const id = this.#open();
    if (!ADDRESS.test(address)) throw new RangeError("invalid IP address");
    if (ArrayBuffer.isView(data) && data.BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
    call("udp.write", id, data, address, port | 0);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("udp.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node. */
  $readable(count: number): void {
    if (this.#id !== undefined) this.#onReadable?.call(this, count);
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}
