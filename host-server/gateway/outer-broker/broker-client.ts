import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { contained } from "../../faults/contained.ts";
import type { Log } from "../../log.ts";
import { MqttPackets, mqttPacket, mqttText, PACKET, readPublish } from "./wire.ts";

const KEEPALIVE_SECONDS = 30;
/** ms that a login and each ping may take. */
const ANSWER_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Bytes that may wait for a broker that does not read before the connection is given up. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

export interface BrokerClientOptions {
  /** `mqtt://user:password@host:port`, or `mqtts://`. */
  readonly url: URL;
  readonly clientId: string;
  /** Topics to subscribe to. */
  readonly filter: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onMessage: (topic: string, payload: string) => void;
  /** The connection is gone; another one is tried for. */
  readonly onLost: () => void;
}

/** A client of an MQTT broker that comes back by itself. Messages are sent with QoS 0; without a connection they are lost. */
export class BrokerClient {
  readonly #options: BrokerClientOptions;
  #socket: Socket | undefined;
  #isReady = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelWait: Cancel = () => {};
  #isStopped = false;

  constructor(options: BrokerClientOptions) {
    this.#options = options;
  }

  /** The subscription stands. */
  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    const { url, clock } = this.#options;
    const isSecure = url.protocol === "mqtts:";
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const address = { host, port: Number(url.port || (isSecure ? 8883 : 1883)), noDelay: true };
    const socket = isSecure ? connectTls({ ...address, servername: host }) : connectTcp(address);
    this.#socket = socket;
    const packets = new MqttPackets();
    socket.on("error", (error) => this.#options.log.debug({ error }, "MQTT broker not reached"));
    socket.on("close", () => this.#lose(socket));
    socket.on("data", (data: Buffer) => this.#receive(socket, packets, data));
    socket.write(this.#login());
    this.#cancelWait = clock.schedule(ANSWER_MS, () => socket.destroy());
  }

  publish(topic: string, text: string): void {
    const socket = this.#socket;
    if (!this.#isReady || !socket) return;
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
    else socket.write(mqttPacket(PACKET.publish << 4, mqttText(topic), Buffer.from(text)));
  }

  /** Ends the connection in good order, for good. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelWait();
    this.#socket?.end(mqttPacket(0xe0));
    this.#socket?.unref();
  }

  #login(): Buffer {
    const { url, clientId } = this.#options;
    const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
    const flags = 2 | (user === "" ? 0 : 0xc0);
    const login = user === "" ? [] : [mqttText(user), mqttText(password)];
    const head = Buffer.from([4, flags, 0, KEEPALIVE_SECONDS]);
    return mqttPacket(0x10, mqttText("MQTT"), head, mqttText(clientId), ...login);
  }

  #receive(socket: Socket, packets: MqttPackets, data: Buffer): void {
    try {
      for (const { type, body } of packets.accept(data)) this.#take(socket, type, body);
    } catch (error) {
      this.#options.log.warn({ error }, "the MQTT broker broke the protocol");
      socket.destroy();
    }
  }

  #take(socket: Socket, type: number, body: Buffer): void {
    const { log, filter, onMessage, url } = this.#options;
    if (type === PACKET.connack) {
      if (body[1] === 0) socket.write(mqttPacket(0x82, Buffer.from([0, 1]), mqttText(filter), Buffer.from([0])));
      else log.error({ broker: url.host, code: body[1] }, "the MQTT broker refuses the gateway's login");
    } else if (type === PACKET.suback) {
      if (body[2] === 0x80) log.error({ broker: url.host, filter }, "the MQTT broker refuses the subscription");
      this.#isReady = true;
      this.#retryMs = FIRST_RETRY_MS;
      log.info({ broker: url.host, filter }, "MQTT broker joined");
      this.#pingLater(socket);
    } else if (type === PACKET.pingresp) this.#pingLater(socket);
    else if (type === PACKET.publish) {
      const { topic, payload } = readPublish(body);
      onMessage(topic, payload);
    }
  }

  #pingLater(socket: Socket): void {
    const { clock } = this.#options;
    this.#cancelWait();
    this.#cancelWait = clock.schedule(KEEPALIVE_SECONDS * 500, () => {
      socket.write(mqttPacket(0xc0));
      this.#cancelWait = clock.schedule(ANSWER_MS, () => socket.destroy());
    });
  }

  #lose(socket: Socket): void {
    if (this.#socket !== socket) return;
    const { clock, log, url, onLost } = this.#options;
    this.#cancelWait();
    const wasReady = this.#isReady;
    this.#isReady = false;
    if (wasReady) contained({ log, at: "broker" }, onLost)();
    if (this.#isStopped) return;
    log.warn({ broker: url.host, retryMs: this.#retryMs }, "MQTT broker lost");
    this.#cancelWait = clock.schedule(this.#retryMs, () => this.start());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }
}
