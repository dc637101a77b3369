import { call, register, release } from "host";
import Timer from "timer";

type ByteBuffer = ArrayBuffer | Uint8Array | DataView;

/** The connection below; `readable` and `writable` are kept on it, as by the SDK. */
interface Socket {
  readable?: number;
  writable?: number;
  read(): ArrayBuffer | undefined;
  write(data: ByteBuffer): number | undefined;
  close(): void;
  $deliver(readable: number, isWritable: boolean, hasFailed: boolean): void;
}

interface Secure {
  serverName?: string;
  certificate?: ArrayBuffer;
  applicationLayerProtocolNegotiation?: string | string[];
  clientCertificates?: unknown;
}

interface TLSOptions {
  host?: string;
  secure?: Secure;
  TCP: { io: new (options: object) => Socket };
  onReadable?: ((byteLength: number) => void) | undefined;
  onWritable?: ((byteLength: number) => void) | undefined;
  onError?: (() => void) | undefined;
}

/** Head, nonce and tag of a record with AES-GCM (RFC 5288). */
const RECORD_BYTES = 29;
/** What the SDK takes off before it tells the room to the application. */
const RESERVED_BYTES = 96;
const RESERVED_AFTER_WRITE_BYTES = 32;
const MAX_RECORD_BYTES = 16_384;

/**
 * Twin of `embedded:io/socket/tcp/tls` with the firmware's `modules/tls`: TLS 1.2 over the TCP class that it is given. A peer that is not trusted or
 * breaks the protocol is an exception inside that class's callback, or inside a timer when it follows data that was
 * read late; the end of the connection is `onError`.
 */
export default class TLSSocket {
  #socket: Socket | undefined;
  #callbacks: Pick<TLSOptions, "onReadable" | "onWritable" | "onError">;
  #id: number | undefined;
  #host: string | undefined;
  #isReady = false;
  #hasEnded = false;
  #hasThrown = false;
  #format: "buffer" | "number" = "buffer";
  #data: Uint8Array | undefined;
  #position = 0;
  /** Bytes that were accepted and are not on the wire yet. */
  #underway = 0;
  #doRead: Timer | undefined;

  constructor(options: TLSOptions) {
    const { onReadable, onWritable, onError } = options;
    this.#callbacks = { onReadable, onWritable, onError };
    this.#openSession(options);
    try {
      this.#socket = new options.TCP.io({
        ...options,
        onReadable: (count: number) => this.#watch(() => this.#onReadable(count)),
        onWritable: (count: number) => this.#watch(() => this.#onWritable(count)),
        onError: () => this.#onEnd(),
      });
    } catch (error) {
      this.close();
      throw error;
    }
    this.#socket.readable = 0;
    this.#socket.writable = 0;
  }

  get format(): "buffer" | "number" {
    return this.#format;
  }

  set format(format: "buffer" | "number") {
    if (format !== "buffer" && format !== "number") throw new RangeError();
    this.#format = format;
  }

  close(): void {
    this.#socket?.close();
    Timer.clear(this.#doRead);
    if (this.#id !== undefined) {
      call("tls.close", this.#id);
      release(this.#id);
    }
    this.#id = undefined;
    this.#socket = undefined;
    this.#data = undefined;
  }

  /** From the record that was announced: all of it, that many bytes, or as many as the buffer holds. */
  read(amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const data = this.#data;
    if (!data) return undefined;
    const result = this.#take(data, amount);
    if (this.#position === data.byteLength) this.#data = undefined;
    if (!this.#data && this.#socket?.readable) {
      this.#doRead ??= Timer.set(() => {
        this.#doRead = undefined;
        if (this.#socket?.readable) this.#onReadable(this.#socket.readable);
      });
    }
    return result;
  }

  /** @throws Error before the handshake is done, and when the record exceeds the room of the connection */
  write(buffer: ByteBuffer): number {
    const { byteLength } = buffer;
    const socket = this.#socket;
    if (!socket || !this.#isReady) throw new Error("not ready");
    if (byteLength > MAX_RECORD_BYTES) throw new Error("too large");
    const left = (socket.writable ?? 0) - byteLength - RECORD_BYTES;
    if (left < 0) throw new Error("would block");
    call("tls.write", this.#id, buffer);
    this.#underway += byteLength + RECORD_BYTES;
    socket.writable = left;
    return Math.max(0, left - RESERVED_AFTER_WRITE_BYTES);
  }

  /** Called by Node: there are bytes to send or events to handle. */
  $proceed(): void {
    this.#flush();
    const socket = this.#socket;
    const pending: number = call("tls.pending", this.#id);
    if (!socket || pending === 0) return;
    // The SDK decrypts inside the callback of the connection: so what this throws must come out of there as well.
    if (this.#data) socket.readable = pending;
    else socket.$deliver(pending, false, false);
  }

  #openSession({ host, secure = {} }: TLSOptions): void {
    const { certificate, applicationLayerProtocolNegotiation: alpn = [] } = secure;
    if (secure.clientCertificates) throw new Error("the simulator has no client certificates");
    const serverName = "serverName" in secure ? secure.serverName : host;
    this.#host = serverName;
    const protocols = typeof alpn === "string" ? [alpn] : alpn;
    const id = register(this);
    try {
      call("tls.open", id, { serverName, protocols }, certificate);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
  }

  #take(data: Uint8Array, amount?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const from = this.#position;
    if (this.#format === "number") return data[this.#position++];
    const available = data.byteLength - from;
    if (typeof amount === "object") {
      const count = Math.min(amount.byteLength, available);
      const target = ArrayBuffer.isView(amount)
        ? new Uint8Array(amount.buffer, amount.byteOffset, count)
        : new Uint8Array(amount);
      target.set(data.subarray(from, from + count));
      this.#position += count;
      return count;
    }
    const count = amount ?? available;
    if (count > available) throw new Error("invalid");
    this.#position += count;
    return data.slice(from, from + count).buffer as ArrayBuffer;
  }

  #flush(): void {
    const socket = this.#socket;
    if (!socket || this.#hasEnded) return;
    const room = (socket.writable ?? 0) + this.#underway;
    const bytes = room > 0 ? call<ArrayBuffer | undefined>("tls.output", this.#id, room) : undefined;
    if (!bytes) return;
    this.#underway = Math.max(0, this.#underway - bytes.byteLength);
    socket.writable = Math.max(0, (socket.write(bytes) ?? 0) - this.#underway);
  }

  #onWritable(count: number): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.writable = Math.max(0, count - this.#underway);
    this.#flush();
    const room = socket.writable;
    if (this.#isReady && room > RESERVED_BYTES) this.#callbacks.onWritable?.(room - RESERVED_BYTES);
  }

  #onReadable(count: number): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.readable = count;
    if (this.#data) return;
    const bytes = socket.read();
    if (bytes) call("tls.feed", this.#id, bytes);
    this.#next();
  }

  #next(): void {
    const socket = this.#socket;
    if (!socket) return;
    const kind: string | undefined = call("tls.take", this.#id);
    socket.readable = call("tls.pending", this.#id);
    if (kind === "secure") this.#begin();
    else if (kind === "end") this.#callbacks.onError?.();
    else if (kind === "data") {
      this.#data = new Uint8Array(call<ArrayBuffer>("tls.data"));
      this.#position = 0;
      this.#callbacks.onReadable?.(this.#data.byteLength);
    } else if (kind !== undefined) throw new Error(kind.replace("fault ", ""));
  }

  #begin(): void {
    const fault: string | undefined = call("tls.fault", this.#id, Date.now());
    if (fault) {
      trace(`warn certificate refused host=${this.#host} reason=${fault}\n`);
      throw new Error("certificate: auth err");
    }
    this.#isReady = true;
    this.#onWritable((this.#socket?.writable ?? 0) + this.#underway);
    if (this.#socket?.readable) this.#next();
  }

  #watch(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#hasThrown = true;
      throw error;
    }
  }

  /** The connection below is gone; what has come before is decrypted first. */
  #onEnd(): void {
    // A class that catches what its callbacks throw reports it here.
    if (this.#hasThrown) return this.#callbacks.onError?.();
    this.#hasEnded = true;
    call("tls.finish", this.#id);
  }
}
