import Time from "time";
import Timer from "timer";
import {
  connectPacket,
  fixedHead,
  hasId,
  type Login,
  lengthAndText,
  OPERATIONS,
  packet,
  twoBytes,
  type Will,
} from "./mqtt-packet.ts";
import type { Connector, Socket } from "./socket.ts";

type Buffer = ArrayBuffer | Uint8Array;

/** What `onControl` gets; `id` and `payload` where the packet has them. */
interface Control {
  operation: number;
  returnCode?: number;
  id?: number;
  payload?: number[];
}

interface MessageOptions {
  topic?: string;
  byteLength?: number;
  QoS?: number;
  more: boolean;
}

interface WriteOptions {
  operation?: number;
  id?: number;
  topic?: string;
  byteLength?: number;
  QoS?: number;
  retain?: boolean;
  duplicate?: boolean;
  items?: readonly { topic: string; QoS?: number }[];
}

interface MQTTOptions extends Connector {
  host: string;
  port?: number;
  id?: string;
  clean?: boolean;
  /** ms */
  keepAlive?: number;
  keepalive?: number;
  user?: string;
  password?: string | ArrayBuffer;
  will?: Will;
  target?: unknown;
  onReadable?: (this: MQTTClient, byteLength: number, options: MessageOptions) => void;
  onWritable?: (this: MQTTClient, byteLength: number) => void;
  onControl?: (this: MQTTClient, message: Control) => void;
  onError?: (this: MQTTClient) => void;
}

/** The message that is arriving. */
interface Incoming {
  left: number;
  QoS: number;
  id: number;
  /** Until its first piece was announced. */
  topic: string | undefined;
}

/** Room that is kept back from what the application is told. */
const RESERVED_BYTES = 8;
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * Twin of `embedded:network/mqtt/client`: MQTT 3.1.1 over the socket class that it is given. A message arrives in
 * pieces with `more`, `write` throws when a packet does not fit, and there is no reconnect. Faults of the SDK are kept:
 * after an empty message, or one whose topic is longer than itself, nothing is read any more, and an error after the
 * end is an exception.
 */
export default class MQTTClient {
  static readonly CONNECT = OPERATIONS.CONNECT;
  static readonly CONNACK = OPERATIONS.CONNACK;
  static readonly PUBLISH = OPERATIONS.PUBLISH;
  static readonly PUBACK = OPERATIONS.PUBACK;
  static readonly PUBREC = OPERATIONS.PUBREC;
  static readonly PUBREL = OPERATIONS.PUBREL;
  static readonly PUBCOMP = OPERATIONS.PUBCOMP;
  static readonly SUBSCRIBE = OPERATIONS.SUBSCRIBE;
  static readonly SUBACK = OPERATIONS.SUBACK;
  static readonly UNSUBSCRIBE = OPERATIONS.UNSUBSCRIBE;
  static readonly UNSUBACK = OPERATIONS.UNSUBACK;
  static readonly PINGREQ = OPERATIONS.PINGREQ;
  static readonly PINGRESP = OPERATIONS.PINGRESP;
  static readonly DISCONNECT = OPERATIONS.DISCONNECT;

  target?: unknown;
  #options: MQTTOptions | undefined;
  #socket: Socket | undefined;
  #state: "resolving" | "connecting" | "login" | "connected" | "publishing" | "closed" = "resolving";
  #writable = 0;
  /** Bytes of the socket that were not looked at. */
  #unread = 0;
  /** Bytes of the piece that was announced and not read yet. */
  #piece = 0;
  /** Bytes of the packet before its payload, or of a whole short packet. */
  #head: number[] = [];
  #incoming: Incoming | undefined;
  #isParsing = false;
  #isDeaf = false;
  /** What is still to come of a message that goes out in pieces. */
  #leftToWrite = 0;
  #lastId = 1;
  #pending: { bytes: Uint8Array; isPing: boolean }[] = [];
  #flushing: Timer | undefined;
  #parsing: Timer | undefined;
  #connecting: Timer | undefined;
  #keepingAlive: Timer | undefined;
  #lastPing = 0;
  #lastPong = 0;

  constructor(options: MQTTOptions) {
    this.#options = { ...options };
    if (options.target !== undefined) this.target = options.target;
    if (!options.host) throw new Error("host required");
    const dns = new options.dns.io(options.dns);
    dns.resolve({
      host: options.host,
      onResolved: (host, address) => this.#connect(host, address),
      onError: () => this.#fail("not found"),
    });
  }

  get format(): "buffer" {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError();
  }

  /** Ends the connection at once; no callback is called any more. */
  close(): void {
    for (const timer of [this.#flushing, this.#parsing, this.#connecting, this.#keepingAlive]) Timer.clear(timer);
    this.#state = "closed";
    this.#socket?.close();
    this.#socket = undefined;
    this.#options = undefined;
    this.#piece = 0;
  }

  /**
   * Sends one packet, or the next piece of a message that was begun with a larger `byteLength`. Gives the room left.
   * @throws Error before the connection is accepted, inside of a message, and when the packet does not fit
   */
  write(data: Buffer | null, options?: WriteOptions): number {
    const socket = this.#socket;
    if (!socket) throw new TypeError("closed");
    socket.format = "buffer";
    if (this.#state === "publishing") this.#writePiece(socket, data, options);
    else if (this.#state !== "connected") throw new Error("not connected");
    else if ((options?.operation ?? OPERATIONS.PUBLISH) === OPERATIONS.PUBLISH) this.#publish(data, options ?? {});
    else this.#send(this.#controlPacket(options as WriteOptions));
    return Math.max(0, this.#writable - RESERVED_BYTES);
  }

  /** What was announced by `onReadable`, at most `amount`; undefined when all of it was read. */
  read(amount: number | Buffer = this.#piece): ArrayBuffer | number | undefined {
    const socket = this.#socket;
    const wanted = typeof amount === "object" ? amount.byteLength : amount;
    const count = Math.min(wanted, this.#piece);
    if (!socket || (count === 0 && wanted > 0)) return undefined;
    this.#piece -= count;
    this.#unread -= count;
    socket.format = "buffer";
    const target = typeof amount === "object" ? bytesOf(amount).subarray(0, count) : count;
    const result = socket.read(target);
    if (this.#piece === 0 && !this.#isParsing) this.#parseLater();
    return result;
  }

  #connect(host: string, address: string): void {
    if (!this.#options) return this.#fail("closed");
    this.#state = "connecting";
    try {
      this.#socket = new this.#options.socket.io({
        ...this.#options.socket,
        address,
        host,
        port: this.#options.port ?? 1883,
        onReadable: (count) => this.#receive(count),
        onWritable: (count) => this.#proceed(count),
        onError: () => this.#fail("connection failed"),
      });
      this.#connecting = Timer.set(() => this.#fail("time out"), CONNECT_TIMEOUT_MS);
    } catch {
      this.#fail("no socket");
    }
  }

  #proceed(writable: number): void {
    this.#writable = writable;
    if (this.#state === "connecting") return this.#login();
    if (this.#state !== "connected" && this.#state !== "publishing") return;
    while (this.#state === "connected" && this.#pending[0]) {
      if (this.#writable < this.#pending[0].bytes.byteLength) return;
      const { bytes, isPing } = this.#pending.shift() as { bytes: Uint8Array; isPing: boolean };
      if (isPing) this.#lastPing = Time.ticks;
      (this.#socket as Socket).format = "buffer";
      this.#send(bytes);
    }
    this.#tellRoom();
  }

  #tellRoom(): void {
    if (this.#writable > RESERVED_BYTES) this.#options?.onWritable?.call(this, this.#writable - RESERVED_BYTES);
  }

  #login(): void {
    Timer.clear(this.#connecting);
    const options = this.#options as MQTTOptions;
    const { id = "", user, password, will, clean = true } = options;
    const keepAliveSeconds = Math.ceil((options.keepAlive ?? options.keepalive ?? 0) / 1000);
    const login: Login = { id: id || undefined, user, password, will, clean, keepAliveSeconds };
    this.#state = "login";
    this.#send(connectPacket(login));
    if (keepAliveSeconds === 0) return;
    this.#lastPing = this.#lastPong = Time.ticks;
    const quarter = keepAliveSeconds * 250;
    this.#keepingAlive = Timer.set(() => this.#keepAlive(4 * quarter), quarter, quarter);
  }

  /** A ping after three quarters of the interval; an end when there was no answer for one and a half. */
  #keepAlive(interval: number): void {
    if (((Time.ticks - this.#lastPong) | 0) >= interval * 1.5) return this.#fail("time out");
    if (((Time.ticks - this.#lastPing) | 0) < interval * 0.75 - 500) return;
    if (this.#pending.some(({ isPing }) => isPing)) return this.#fail("time out");
    this.#queue(packet(OPERATIONS.PINGREQ << 4, []), true);
  }

  #queue(bytes: Uint8Array, isPing = false): void {
    this.#pending.push({ bytes, isPing });
    this.#flushing ??= Timer.set(() => {
      this.#flushing = undefined;
      this.#proceed(this.#writable);
    });
  }

  #send(bytes: Uint8Array): void {
    if (bytes.byteLength > this.#writable) throw new Error("overflow");
    this.#writable = this.#socket?.write(bytes) ?? 0;
  }

  #writePiece(socket: Socket, data: Buffer | null, options: WriteOptions | undefined): void {
    if (!data) throw new TypeError("cannot coerce null to object");
    if (options || data.byteLength > this.#leftToWrite) throw new Error("inside of a message");
    this.#writable = socket.write(data) ?? 0;
    this.#leftToWrite -= data.byteLength;
    if (this.#leftToWrite === 0) this.#state = "connected";
  }

  #publish(data: Buffer | null, options: WriteOptions): void {
    const piece = bytesOf(data as Buffer);
    const { byteLength = piece.byteLength, QoS = 0 } = options;
    if (piece.byteLength > byteLength) throw new Error("invalid");
    const flags = (options.retain ? 1 : 0) | ((QoS & 3) << 1) | (options.duplicate ? 8 : 0);
    const id = QoS ? twoBytes(options.id ?? ++this.#lastId) : [];
    const first = (OPERATIONS.PUBLISH << 4) | flags;
    const head = packet(first, [lengthAndText(options.topic ?? ""), id], byteLength);
    if (head.byteLength + piece.byteLength > this.#writable) throw new Error("overflow");
    const bytes = new Uint8Array(head.byteLength + piece.byteLength);
    bytes.set(head);
    bytes.set(piece, head.byteLength);
    this.#send(bytes);
    this.#leftToWrite = byteLength - piece.byteLength;
    if (this.#leftToWrite > 0) this.#state = "publishing";
  }

  #controlPacket({ operation = 0, id = ++this.#lastId, items = [] }: WriteOptions): Uint8Array {
    const { SUBSCRIBE, UNSUBSCRIBE, PUBREL, PUBACK, PUBCOMP, PUBREC, PINGREQ, DISCONNECT } = OPERATIONS;
    if (operation === SUBSCRIBE) {
      const topics = items.map(({ topic, QoS = 0 }) => [...lengthAndText(topic), QoS & 3]);
      return packet((operation << 4) | 2, [twoBytes(id), ...topics]);
    }
    if (operation === UNSUBSCRIBE) {
      return packet((operation << 4) | 2, [twoBytes(id), ...items.map(({ topic }) => lengthAndText(topic))]);
    }
    if (operation === PINGREQ || operation === DISCONNECT) return packet(operation << 4, []);
    const answers: readonly number[] = [PUBREL, PUBACK, PUBCOMP, PUBREC];
    if (!answers.includes(operation)) throw new Error("unknown");
    return packet((operation << 4) | (operation === PUBREL ? 2 : 0), [twoBytes(id)]);
  }

  #receive(count: number): void {
    this.#unread = count;
    if (this.#piece !== 0 || this.#isDeaf || this.#isParsing) return;
    this.#isParsing = true;
    try {
      while (this.#socket && this.#piece === 0 && this.#unread > 0 && !this.#isDeaf) this.#parseNext(this.#socket);
    } finally {
      this.#isParsing = false;
    }
  }

  #parseLater(): void {
    this.#parsing ??= Timer.set(() => {
      this.#parsing = undefined;
      if (this.#unread > 0) this.#receive(this.#unread);
    });
  }

  #parseNext(socket: Socket): void {
    if (this.#incoming) return this.#offerPiece(this.#incoming);
    socket.format = "number";
    this.#unread--;
    this.#head.push(socket.read() as number);
    const fixed = fixedHead(this.#head);
    if (fixed === undefined) return this.#fail("bad data");
    if (fixed) this.#parseHead(fixed.at, fixed.length);
  }

  #parseHead(at: number, length: number): void {
    const [first = 0] = this.#head;
    const operation = first >> 4;
    const end = at + length;
    if (operation !== OPERATIONS.PUBLISH) {
      if (this.#head.length < end) return;
      const body = this.#head.slice(at);
      this.#head = [];
      return this.#control(operation, body);
    }
    const QoS = (first >> 1) & 3;
    const topicEnd = at + 2 + ((this.#head[at] ?? 0) << 8) + (this.#head[at + 1] ?? 0);
    const payload = topicEnd + (QoS === 1 || QoS === 2 ? 2 : 0);
    if (this.#head.length < at + 2) return;
    if (topicEnd === at + 2) return this.#fail("bad data");
    if (this.#head.length < payload) return;
    const topic = String.fromArrayBuffer(Uint8Array.from(this.#head.slice(at + 2, topicEnd)).buffer);
    const id = ((this.#head[topicEnd] ?? 0) << 8) | (this.#head[topicEnd + 1] ?? 0);
    this.#head = [];
    if (payload === end) this.#isDeaf = true;
    else this.#incoming = { left: end - payload, QoS, id, topic };
  }

  #offerPiece(incoming: Incoming): void {
    const count = Math.min(incoming.left, this.#unread);
    const { topic, left, QoS, id } = incoming;
    incoming.left -= count;
    incoming.topic = undefined;
    this.#piece = count;
    const options: MessageOptions = { more: incoming.left > 0 };
    if (topic !== undefined) Object.assign(options, { topic, byteLength: left, QoS });
    if (!options.more) {
      this.#incoming = undefined;
      const answer = QoS === 1 ? OPERATIONS.PUBACK : OPERATIONS.PUBREC;
      if (QoS) this.#queue(packet(answer << 4, [twoBytes(id)]));
    }
    this.#options?.onReadable?.call(this, count, options);
  }

  #control(operation: number, body: readonly number[]): void {
    const { CONNACK, PUBREC, PUBREL, PINGREQ, PINGRESP, DISCONNECT, SUBACK } = OPERATIONS;
    const message: Control = { operation };
    const isEmpty = operation === PINGREQ || operation === PINGRESP || operation === DISCONNECT;
    if (operation === CONNACK) {
      if (body.length !== 2) return this.#fail("unexpected length");
      if (body[1]) return this.#reject();
      message.returnCode = 0;
      this.#state = "connected";
    } else if (!isEmpty && !hasId(operation)) return this.#fail("bad parse state");
    if (operation === PINGRESP) this.#lastPong = Time.ticks;
    if (hasId(operation)) {
      message.id = ((body[0] ?? 0) << 8) | (body[1] ?? 0);
      if (operation === SUBACK) message.payload = body.slice(2);
      if (operation === PUBREC) this.#queue(packet((PUBREL << 4) | 2, [twoBytes(message.id)]));
      if (operation === PUBREL) this.#queue(packet(OPERATIONS.PUBCOMP << 4, [twoBytes(message.id)]));
    }
    this.#options?.onControl?.call(this, message);
    if (operation === CONNACK) this.#tellRoom();
  }

  /** The SDK goes on reading from the socket that it has just closed. */
  #reject(): void {
    this.#fail("connection rejected");
    if (this.#unread > 0) throw new TypeError("closed");
  }

  #fail(why: string): void {
    trace(`mqttClient error: ${why}\n`);
    if (!this.#options) throw new TypeError("cannot read property onError: undefined");
    this.#options.onError?.call(this);
    this.close();
  }
}

function bytesOf(data: Buffer): Uint8Array {
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
