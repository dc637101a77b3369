import type { TCPOptions } from "embedded:io/socket/tcp";
import TLSSocket, { type TLSOptions } from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import { GuardedTCP, guarded } from "./guarded-tcp.ts";

/**
 * What a record takes at most beside what it carries: head, nonce, checksum and padding with AES-CBC and SHA-256
 * (RFC 5246 §6.2.3.2). The SDK keeps so much back before the first write only, and a third of it afterwards.
 */
const RECORD_BYTES = 96;
const KEPT_BACK_BYTES = 32;

/** Where a TLS socket finds the connection that it has made for itself. */
interface Below {
  connection?: ConnectionBelow;
}

/** The TCP connection below a TLS socket; its owner counts in it what it has not read. */
class ConnectionBelow extends GuardedTCP {
  /** While this is set, everything seems to have been read. */
  isHidden = false;
  #readable = 0;
  readonly #onReadable: TCPOptions["onReadable"];

  constructor(options: TCPOptions & { readonly below: Below }) {
    super(options);
    this.#onReadable = guarded(options, options.onReadable);
    options.below.connection = this;
  }

  get readable(): number {
    return this.isHidden ? 0 : this.#readable;
  }

  set readable(count: number) {
    this.#readable = count;
  }

  /** Tells the owner again what it has not read. */
  announce(): void {
    if (this.#readable > 0) this.#onReadable?.call(this, this.#readable);
  }
}

/**
 * A TLS socket for the SDK's clients, over TCP. A certificate that is not trusted, a record that cannot be read, and
 * what a client throws are errors of the connection. The SDK's own class would go on with a second record in a timer,
 * where nobody catches anything, and tell a room that its longer records exceed.
 */
export class GuardedTLS extends TLSSocket {
  readonly #below: Below;
  #next: Timer | undefined;

  /** @throws Error when the own authority is not valid now */
  constructor(options: TLSOptions) {
    const below: Below = {};
    super({ ...options, TCP: { io: ConnectionBelow }, below } as never);
    this.#below = below;
  }

  override close(): void {
    Timer.clear(this.#next);
    this.#next = undefined;
    super.close();
  }

  override read(amount?: number | ArrayBuffer | Uint8Array): ArrayBuffer | number | undefined {
    const { connection } = this.#below;
    if (!connection) return undefined;
    connection.isHidden = true;
    try {
      return super.read(amount);
    } finally {
      connection.isHidden = false;
      if (connection.readable > 0) this.#continue();
    }
  }

  /** Gives the room left. */
  override write(data: ArrayBuffer | Uint8Array, options?: object): number {
    const room = super.write(data, options);
    // There is no number when the connection has just ended.
    return room > 0 ? Math.max(0, room - (RECORD_BYTES - KEPT_BACK_BYTES)) : 0;
  }

  #continue(): void {
    this.#next ??= Timer.set(() => {
      this.#next = undefined;
      this.#below.connection?.announce();
    });
  }
}
