import type { Duplex } from "node:stream";
import type { Client, ConnectPacket } from "aedes";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { tellFault } from "../../faults/contained.ts";
import type { Log } from "../../log.ts";
import { SilenceTimer } from "../../session/silence-timer.ts";
import { certifiedName, isOverTls } from "../../tls/tls-door.ts";
import { type MqttClientId, parseClientId } from "./client-id.ts";
import { PacketMeter } from "./packet-meter.ts";

/** ms in which a connection must have logged in. */
const LOGIN_MS = 10_000;
/** Bytes that may wait for a device that does not read before it is given up. */
const MAX_UNREAD_BYTES = 512 * 1024;
/** So many seconds' worth of packets may come at once. */
const BURST_SECONDS = 4;
/** Messages kept for a device that does not wait until it is welcome. */
const MAX_EARLY = 4;

/** What one connection may do. */
export interface BrokerLimits {
  /** Longest MQTT packet. */
  readonly packetBytes: number;
  readonly packetsPerSecond: number;
  /** Connections from one address; 0 is no limit. */
  readonly connectionsPerAddress: number;
}

/** What a device logs in with. */
export interface BrokerLogin {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** What a device publishes. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What hears of a device that has logged in. */
export interface BrokerEvents {
  onText(text: string): void;
  onClose(): void;
}

export interface BrokerConnectionOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
}

/** One MQTT connection: who it is, how much it sends, and whether it is still there. */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions;
  readonly #meter: PacketMeter;
  readonly #cancelLogin: Cancel;
  #client: Client | undefined;
  #clientId = "";
  #id: MqttClientId | undefined;
  #keepAlive: SilenceTimer | undefined;
  #keepAliveSeconds = 0;
  #allowance: number;
  #countedAt: number;
  #events: BrokerEvents | undefined;
  #early: BrokerMessage[] = [];
  #isOpen = true;

  constructor(options: BrokerConnectionOptions) {
    const { stream, clock, limits } = options;
    this.#options = options;
    this.#meter = new PacketMeter(limits.packetBytes);
    this.#allowance = limits.packetsPerSecond * BURST_SECONDS;
    this.#countedAt = clock.now();
    this.#cancelLogin = clock.schedule(LOGIN_MS, () => this.end("no login in time"));
    stream.once("close", () => this.#finish());
  }

  /** Begins to watch what the broker reads; the broker must have its listeners on the stream by now. */
  watch(client: Client): void {
    this.#client = client;
    this.#options.stream.on("data", (bytes: Uint8Array) => this.#count(bytes));
  }

  /** False as soon as the connection is cut, or gone. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The device, once it has logged in. */
  get id(): MqttClientId | undefined {
    return this.#id;
  }

  get remoteAddress(): string {
    return plainAddress((this.#options.stream as { remoteAddress?: string }).remoteAddress);
  }

  /** The name in the certificate that the device has shown; undefined where none was asked for. */
  get certifiedName(): string | undefined {
    return certifiedName(this.#options.stream);
  }

  get isEncrypted(): boolean {
    return isOverTls(this.#options.stream);
  }

  /** Our address that the device reached. */
  get localAddress(): string {
    return plainAddress((this.#options.stream as { localAddress?: string }).localAddress);
  }

  /**
   * Takes what the broker need not know out of a CONNECT packet: a will, a session that outlives the connection, and a
   * keepalive that counts MQTT alone. `brokerId` is the broker's name for the connection, which must be unique.
   */
  begin(packet: ConnectPacket, brokerId: string): void {
    this.#clientId = packet.clientId;
    this.#keepAliveSeconds = packet.keepalive ?? 0;
    packet.clientId = brokerId;
    packet.clean = true;
    packet.keepalive = 0;
    delete packet.will;
  }

  /** Who wants to log in, and with what; undefined for an id that is none. */
  login(username = "", password: Uint8Array = new Uint8Array(0)): (BrokerLogin & { id: MqttClientId }) | undefined {
    const id = parseClientId(this.#clientId);
    return id && { id, clientId: this.#clientId, username, password: Buffer.from(password).toString("utf8") };
  }

  /** The login was good. */
  welcome(id: MqttClientId): void {
    this.#id = id;
    this.#cancelLogin();
    if (this.#keepAliveSeconds > 0) {
      const limitMs = this.#keepAliveSeconds * 1500;
      this.#keepAlive = new SilenceTimer(this.#options.clock, limitMs, () => this.end("silent for too long"));
    }
  }

  attach(events: BrokerEvents): void {
    this.#events = events;
  }

  /** Keeps a message that came before the login was over: aedes hands some on early. False once it hears messages itself. */
  keepEarly(message: BrokerMessage): boolean {
    if (this.#events) return false;
    if (this.#isOpen && this.#early.length < MAX_EARLY) this.#early.push(message);
    return true;
  }

  /** The messages that were kept. */
  takeEarly(): BrokerMessage[] {
    return this.#early.splice(0);
  }

  /** The device gave a sign of life. */
  touch(): void {
    this.#keepAlive?.touch();
  }

  deliver(payload: Uint8Array): void {
    this.#events?.onText(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  }

  /** Sends a message to the device's topic, whether it has subscribed or not. */
  publish(text: string): void {
    const { stream } = this.#options;
    if (!this.#id || stream.destroyed) return;
    if (stream.writableLength > MAX_UNREAD_BYTES) return this.end("it does not read");
    const topic = `devices/p2p/${this.#id.topicName}`;
    this.#client?.publish({ cmd: "publish", topic, payload: text, qos: 0, dup: false, retain: false }, (error) => {
      if (error) this.#options.log.debug({ device: this.#id?.deviceId, error }, "message not sent");
    });
  }

  /** Cuts the connection. */
  end(reason: string): void {
    const { log, stream } = this.#options;
    if (!stream.destroyed) log.debug({ device: this.#id?.deviceId, ip: this.remoteAddress, reason }, "MQTT cut");
    this.#finish();
    stream.destroy();
  }

  #count(bytes: Uint8Array): void {
    const { clock, limits } = this.#options;
    this.touch();
    const before = this.#meter.packets;
    if (!this.#meter.accept(bytes)) return this.end("a packet is too long");
    const now = clock.now();
    const earned = ((now - this.#countedAt) / 1000) * limits.packetsPerSecond;
    this.#countedAt = now;
    this.#allowance = Math.min(limits.packetsPerSecond * BURST_SECONDS, this.#allowance + earned);
    this.#allowance -= this.#meter.packets - before;
    if (this.#allowance < 0) this.end("too many packets");
  }

  #finish(): void {
    this.#isOpen = false;
    this.#cancelLogin();
    this.#keepAlive?.stop();
    const events = this.#events;
    this.#events = undefined;
    try {
      events?.onClose();
    } catch (error) {
      tellFault(this.#options.log, { at: "mqtt", device: this.#id?.deviceId }, error);
    }
  }
}

function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}
