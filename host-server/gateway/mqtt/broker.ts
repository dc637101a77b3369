import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { Aedes, type AuthenticateError, type Client, type ConnectPacket } from "aedes";
import type { Clock } from "../../../protocol/clock.ts";
import { tellFault } from "../../faults/contained.ts";
import type { Log } from "../../log.ts";
import { isCertificateOf } from "../../tls/tls-door.ts";
import {
  BrokerConnection,
  type BrokerEvents,
  type BrokerLimits,
  type BrokerLogin,
  type BrokerMessage,
} from "./broker-connection.ts";
import { BrokerSilence, BrokerStore } from "./broker-store.ts";
import type { MqttClientId } from "./client-id.ts";
import { dropNumberCache } from "./number-cache.ts";

/** CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const BAD_LOGIN = 4;
/** Client ids are about 60 characters; MQTT 3.1 would allow 23. */
const MAX_CLIENT_ID_CHARACTERS = 400;

export interface BrokerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
  readonly isAllowed: (id: MqttClientId, login: BrokerLogin) => boolean;
  /** A device has logged in; gives what hears of it. */
  readonly onDevice: (connection: BrokerConnection, id: MqttClientId) => BrokerEvents;
}

/**
 * The MQTT side of the gateway: an own broker that lets devices talk to it and to nobody else. A login is refused
 * before anything else happens; of one device's connections the newest stays.
 */
export class MqttBroker {
  readonly #options: BrokerOptions;
  readonly #aedes: Aedes;
  readonly #connections = new Map<Client, BrokerConnection>();
  readonly #devices = new Map<string, BrokerConnection>();
  readonly #addresses = new Map<string, number>();
  #refusedCount = 0;
  #listening: Promise<void> | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    dropNumberCache();
    this.#aedes = new Aedes({
      maxClientsIdLength: MAX_CLIENT_ID_CHARACTERS,
      persistence: new BrokerStore(),
      mq: new BrokerSilence(),
      preConnect: (client, packet, done) => {
        done(this.#guarded(client, () => void this.#begin(client, packet)) ?? null, true);
      },
      authenticate: (client, username, password, done) => {
        const refusal = this.#guarded(client, () => this.#login(client, username, password));
        done(refusal ?? null, refusal === undefined);
      },
      authorizePublish: (client, packet, done) => {
        const refusal = client && this.#guarded(client, () => this.#receive(client, packet));
        done(refusal ?? null);
      },
      authorizeSubscribe: (client, subscription, done) => {
        const name = this.#connections.get(client)?.id?.topicName;
        done(null, subscription.topic === `devices/p2p/${name}` ? subscription : null);
      },
      // What devices publish is for us; only what we publish goes to a device.
      authorizeForward: (_client, packet) => ((packet as { clientId?: string }).clientId ? null : packet),
    });
    const { log } = options;
    this.#aedes.on("clientReady", (client) => void this.#guarded(client, () => void this.#welcome(client)));
    this.#aedes.on("clientError", (_client, error) => log.debug({ error }, "MQTT connection broke"));
    this.#aedes.on("connectionError", (_client, error) => log.debug({ error }, "MQTT connection refused"));
  }

  /** Logins that were refused. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Takes a connection. */
  async accept(stream: Duplex): Promise<void> {
    // Someone who leaves before being welcome is nobody's loss.
    stream.on("error", () => {});
    this.#listening ??= this.#aedes.listen();
    await this.#listening;
    if (stream.destroyed) return;
    const { clock, log, limits } = this.#options;
    const connection = new BrokerConnection({ stream, clock, log, limits });
    if (!this.#countAddress(stream, connection)) return connection.end("too many connections from this address");
    const client = this.#aedes.handle(stream);
    this.#connections.set(client, connection);
    connection.watch(client);
    stream.once("close", () => this.#forget(client, connection));
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    if (!this.#listening) return;
    await this.#listening;
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    // The broker knows only those that have logged in.
    for (const connection of [...this.#connections.values()]) connection.end("the gateway stops");
  }

  /** False for one connection too many. */
  #countAddress(stream: Duplex, { remoteAddress }: BrokerConnection): boolean {
    const { connectionsPerAddress } = this.#options.limits;
    const count = (this.#addresses.get(remoteAddress) ?? 0) + 1;
    this.#addresses.set(remoteAddress, count);
    stream.once("close", () => {
      const left = (this.#addresses.get(remoteAddress) ?? 1) - 1;
      if (left === 0) this.#addresses.delete(remoteAddress);
      else this.#addresses.set(remoteAddress, left);
    });
    return connectionsPerAddress === 0 || count <= connectionsPerAddress;
  }

  /** What a step of a connection gives; a fault in it ends that connection, and nothing else. */
  #guarded<Refusal extends Error>(
    client: Client,
    step: () => Refusal | undefined,
  ): AuthenticateError | Refusal | undefined {
    try {
      return step();
    } catch (error) {
      const connection = this.#connections.get(client);
      tellFault(this.#options.log, { at: "mqtt", device: connection?.id?.deviceId }, error);
      connection?.end("a fault of the server");
      return this.#refuse(SERVER_UNAVAILABLE, "a fault of the server");
    }
  }

  /** aedes gets a name of our own for each connection: two with one name would trip over each other there. */
  #begin(client: Client, packet: ConnectPacket): void {
    this.#connections.get(client)?.begin(packet, randomUUID());
  }

  #login(client: Client, username?: string, password?: Uint8Array): AuthenticateError | undefined {
    const connection = this.#connections.get(client);
    const login = connection?.login(username, password);
    if (!connection || !login) return this.#refuse(IDENTIFIER_REJECTED, "the client id is not GROUP@@@mac@@@uuid");
    const { certifiedName: certificate } = connection;
    const isAnother = certificate !== undefined && !isCertificateOf(certificate, login.id.deviceId);
    if (isAnother || !this.#options.isAllowed(login.id, login)) {
      const who = { device: login.id.deviceId, ip: connection.remoteAddress, ...(isAnother && { certificate }) };
      this.#options.log.info(who, "MQTT login refused");
      if (isAnother) return this.#refuse(BAD_LOGIN, "the certificate is another device's");
      return this.#refuse(BAD_LOGIN, "the password is not the one for this client id and user");
    }
    const { deviceId } = login.id;
    this.#devices.get(deviceId)?.end("the device has connected again");
    this.#devices.set(deviceId, connection);
    connection.welcome(login.id);
    return undefined;
  }

  #refuse(returnCode: number, message: string): AuthenticateError {
    this.#refusedCount++;
    return Object.assign(new Error(message), { returnCode });
  }

  #welcome(client: Client): void {
    const connection = this.#connections.get(client);
    // It may have been replaced while its login was under way.
    if (!connection?.id || !connection.isOpen) return;
    connection.attach(this.#options.onDevice(connection, connection.id));
    for (const message of connection.takeEarly()) {
      const refusal = this.#deliver(connection, message);
      if (refusal) return connection.end(refusal.message);
    }
  }

  #receive(
    client: Client,
    packet: { topic: string; payload: string | Uint8Array; retain: boolean },
  ): Error | undefined {
    const connection = this.#connections.get(client);
    if (!connection) return undefined;
    packet.retain = false;
    const message = { topic: packet.topic, payload: Buffer.from(packet.payload as Uint8Array) };
    return connection.keepEarly(message) ? undefined : this.#deliver(connection, message);
  }

  #deliver(connection: BrokerConnection, { topic, payload }: BrokerMessage): Error | undefined {
    const { id } = connection;
    if (topic !== "device-server" && !topic.endsWith(`/${id?.topicName}`)) {
      this.#options.log.warn({ device: id?.deviceId, topic }, "topic refused");
      return new Error(`topic ${topic} is not the device's own`);
    }
    connection.deliver(payload);
    return undefined;
  }

  #forget(client: Client, connection: BrokerConnection): void {
    this.#connections.delete(client);
    const { id } = connection;
    if (id && this.#devices.get(id.deviceId) === connection) this.#devices.delete(id.deviceId);
  }
}
