import TCP from "embedded:io/socket/tcp";
import { call, register, release } from "host";

interface ListenerOptions {
  port?: number;
  target?: unknown;
  onReadable?: (this: Listener, count: number) => void;
}

/** Twin of `embedded:io/socket/listener` on ESP32: `onReadable` tells how many connections wait for `read`. */
export default class Listener {
  target?: unknown;
  #id: number | undefined;
  #onReadable: ListenerOptions["onReadable"];

  constructor(options: ListenerOptions) {
    const { port = 0, onReadable } = options;
    if (!(port >= 0 && port <= 65535)) throw new RangeError("invalid port");
    if (onReadable && typeof onReadable !== "function") throw new Error("not a function");
    this.#onReadable = onReadable;
    if (options.target !== undefined) this.target = options.target;
    this.#id = register(this);
    call("listener.open", this.#id, port | 0);
  }

  get port(): number {
    return call("listener.port", this.#open());
  }

  get format(): string {
    return "socket/tcp";
  }

  set format(format: string) {
    if (format !== "socket/tcp") throw new RangeError();
  }

  /** The next connection that waits; undefined when there is none. It says nothing until a TCP is made `from` it. */
  read(): TCP | undefined {
    const id = this.#open();
    return call<boolean>("listener.hasNext", id) ? new TCP({ $listener: id } as never) : undefined;
  }

  close(): void {
    if (this.#id === undefined) return;
    call("listener.close", this.#id);
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
