import type { Clock } from "../../protocol/clock.ts";
import { OFFLINE } from "../../protocol/udp-session.ts";
import { contained } from "../system/contained.ts";
import { reason } from "../system/log.ts";
import { HostResolver } from "./host-resolver.ts";
import { decodeText, MessagePieces } from "./message-pieces.ts";
import { type MqttAddress, parseEndpoint, TLS_PORT } from "./mqtt-address.ts";
import { MqttClient } from "./mqtt-client.ts";
import { MqttQueue } from "./mqtt-queue.ts";
import { clientSocket } from "./socket/client-socket.ts";

export interface MqttOptions {
  readonly address: MqttAddress;
  /** Of the own authority, for a server behind TLS. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  /** The server accepted the login. */
  readonly onOpen: () => void;
  /** A message on any topic. */
  readonly onText: (text: string) => void;
  /** Once, when the connection ended in any way but `close()`. */
  readonly onClose: (reason: string) => void;
}

/**
 * An MQTT 3.1.1 client over the SDK's: queues what does not fit the socket yet, gathers messages from their pieces, and
 * never lets an error or a close happen inside the socket's own callback. Everything is sent with QoS 0.
 */
export class MqttConnection {
  readonly #options: MqttOptions;
  readonly #client: MqttClient;
  readonly #queue = new MqttQueue();
  readonly #pieces = new MessagePieces();
  #isOpen = false;
  /** Nothing of the client counts any more. */
  #isClosed = false;
  #isAbandoned = false;

  /** @throws Error for an endpoint that is none */
  constructor(options: MqttOptions) {
    this.#options = options;
    const { clientId, username, password, willTopic, keepaliveSeconds, endpoint } = options.address;
    const { host, port } = parseEndpoint(endpoint);
    const connection = this;
    this.#client = new MqttClient({
      host,
      port,
      id: clientId,
      ...(username && { user: username }),
      ...(password && { password }),
      ...(willTopic && { will: { topic: willTopic, message: JSON.stringify({ type: OFFLINE }), retain: true } }),
      keepAlive: keepaliveSeconds * 1000,
      dns: { io: HostResolver, isWanted: () => !connection.#isClosed },
      socket: clientSocket({ host, isSecure: port === TLS_PORT, authority: options.authority }),
      onControl: ({ operation }) => contained("mqtt", () => this.#control(operation)),
      onWritable: (room) => contained("mqtt", () => this.#writable(room)),
      onReadable(count, { more }) {
        contained("mqtt", () => connection.#readable(count > 0 ? this.read(count) : undefined, more));
      },
      onError: () => this.#lost("connection failed"),
    });
  }

  /** With `retain` the server keeps the message for those who subscribe later. */
  publish(topic: string, text: string, retain = false): void {
    this.#queue.publish(topic, new Uint8Array(ArrayBuffer.fromString(text)), retain);
    this.#flush();
  }

  subscribe(topic: string): void {
    this.#queue.subscribe(topic);
    this.#flush();
  }

  /** Ends the connection without telling the caller, after what was sent just before. */
  close(): void {
    this.#isAbandoned = true;
    this.#shut();
  }

  #shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pieces.clear();
    this.#options.clock.schedule(0, () => this.#client.close());
  }

  #flush(): void {
    if (!this.#isOpen || this.#isClosed) return;
    try {
      this.#queue.flush(this.#client);
    } catch (error) {
      this.#lost(reason(error));
    }
  }

  #control(operation: number): void {
    if (this.#isClosed || this.#isOpen || operation !== MqttClient.CONNACK) return;
    this.#isOpen = true;
    this.#options.onOpen();
  }

  #writable(room: number): void {
    this.#queue.room = room;
    this.#flush();
  }

  #readable(piece: ArrayBuffer | undefined, more: boolean): void {
    if (this.#isClosed) return;
    // A packet whose topic is longer than itself has pieces of a negative length.
    if (!piece) return this.#lost("the server broke the protocol");
    this.#pieces.add(piece);
    if (more) return;
    const bytes = this.#pieces.take();
    const text = bytes && decodeText(bytes);
    if (text !== undefined) this.#options.onText(text);
  }

  /** Told later: a connection may fail while it is being made. */
  #lost(why: string): void {
    if (this.#isClosed) return;
    this.#shut();
    this.#options.clock.schedule(0, () => this.#isAbandoned || this.#options.onClose(why));
  }
}
