import { randomUUID } from "node:crypto";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { type Clock, calendarTime } from "../protocol/clock.ts";
import type { OtaAnswer } from "../protocol/ota.ts";
import { AudioPorts, type AudioThreads } from "./audio-ports.ts";
import type { Config } from "./config/schema.ts";
import { ConfigError } from "./errors.ts";
import type { Calls } from "./gateway/calls/calls.ts";
import { type BrokerLoginOptions, judgeBrokerLogin } from "./gateway/management/broker-login.ts";
import { createManagementRoutes, type ManagementOptions } from "./gateway/management/routes.ts";
import type { SendDatagram } from "./gateway/mqtt/audio-claim.ts";
import type { DeviceConnection } from "./gateway/mqtt/device-connection.ts";
import { MqttGateway, type MqttGatewayOptions, type ReceiveDatagram } from "./gateway/mqtt/gateway.ts";
import { TlsPort } from "./gateway/mqtt/tls-port.ts";
import { OuterBroker } from "./gateway/outer-broker/outer-broker.ts";
import { warmUp } from "./gateway/warm-up.ts";
import { listen, portOf } from "./listen.ts";
import { createLog, type Log } from "./log.ts";
import { keptKey } from "./ota/kept-key.ts";
import { isEqual, issuedAt, MqttCredentials, type MqttLogin, weaknessOfKey } from "./ota/mqtt-credentials.ts";
import type { MqttAsker } from "./ota/routes.ts";
import { mqttCertificate } from "./server/tls-ports.ts";
import type { DeviceLink } from "./session/link.ts";
import { sharedSecret } from "./settings.ts";
import type { TlsDoor } from "./tls/tls-door.ts";

/** Value of `server.mqtt_gateway` that means this server's own gateway, at the address where the device reached it. */
const OWN = "auto";
/** Of MQTT over TLS, as IANA has it. */
const MQTTS_PORT = 8883;

export interface MqttServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly onLink: (link: DeviceLink) => void;
  /** From when on (ms since the epoch) logins of a device are good; 0: all. */
  readonly accessFrom?: ((deviceId: string) => number) | undefined;
  /** Folder in which the key of the logins is kept when the configuration has none. */
  readonly dataDirectory: string;
  /** How the threads of `gateway.workers` are started, instead of those of Node: for tests. */
  readonly audioThreads?: AudioThreads | undefined;
  /** Takes note of devices that are logged in. */
  readonly hold?: MqttGatewayOptions["hold"];
  readonly farCalls?: MqttGatewayOptions["farCalls"];
}

/** MQTT and UDP of this server: the gateway with its ports, and the logins that the version check hands out. */
export class MqttService {
  readonly #options: MqttServiceOptions;
  readonly #key: string;
  readonly #credentials: MqttCredentials;
  readonly #gateway: MqttGateway;
  readonly #tcp: Server;
  readonly #tls: TlsPort | undefined;
  readonly #broker: OuterBroker | undefined;
  readonly #audio: AudioPorts;
  readonly #api: HttpServer;

  constructor(options: MqttServiceOptions) {
    const { config, clock, log, onLink, dataDirectory, audioThreads: threads } = options;
    this.#options = options;
    const isUsed = config.gateway.enabled ?? config.server.mqtt_gateway !== "";
    const shared = sharedSecret(config);
    this.#key = config.server.mqtt_signature_key || (isUsed ? keptKey(dataDirectory, undefined, shared) : randomUUID());
    this.#credentials = new MqttCredentials(this.#key);
    const { allow_unsigned, max_packet_bytes, max_packets_per_second, max_connections_per_address } = config.gateway;
    this.#audio = new AudioPorts({ config, clock, log, threads });
    this.#gateway = new MqttGateway({
      clock,
      log,
      audio: this.#audio.carrier,
      limits: {
        packetBytes: max_packet_bytes,
        packetsPerSecond: max_packets_per_second,
        connectionsPerAddress: max_connections_per_address,
      },
      isAllowed: ({ clientId, deviceId }, login) =>
        clientId === undefined ? allow_unsigned : this.#isGood(deviceId, login),
      audioAddress: (lane) => this.#audioAddress(lane),
      onLink,
      ...{ hold: options.hold, farCalls: options.farCalls },
    });
    this.#tcp = createServer({ noDelay: true }, (stream) => this.accept(stream));
    const files = mqttCertificate(config, dataDirectory);
    if (files) this.#tls = new TlsPort({ ...files, clock, log, onStream: (stream) => this.accept(stream) });
    this.#broker = this.#outerBroker();
    const routes = createManagementRoutes({
      gateway: this.#gateway,
      secret: this.#key,
      judgeLogin: this.#loginJudge(),
      clock,
      log,
    });
    this.#api = createHttpServer(getRequestListener(routes.fetch));
  }

  /** The ports in use; 0 while they are closed. */
  get ports(): { readonly mqtt: number; readonly mqttTls: number; readonly audio: number; readonly api: number } {
    return {
      api: portOf(this.#api),
      mqtt: portOf(this.#tcp),
      mqttTls: portOf(this.#tls?.server),
      audio: this.#audio.port(0),
    };
  }

  /** Opens the ports. @throws AppError `port-busy` or `port-refused` */
  async start(): Promise<void> {
    const { config, log } = this.#options;
    const { ip } = config.server;
    await this.#warmUp();
    if (this.#broker) this.#broker.start();
    else await listen(this.#tcp, { ip, port: config.gateway.port, key: "gateway.port" });
    if (this.#tls && !this.#broker) {
      await listen(this.#tls.server, { ip, port: config.gateway.tls_port, key: "gateway.tls_port" });
      this.#tls.watch();
    }
    await this.#audio.start();
    const weakness = weaknessOfKey(this.#key);
    if (weakness === undefined) await listen(this.#api, { ip, port: config.gateway.api_port, key: "gateway.api_port" });
    else log.warn(`server.mqtt_signature_key is weak: ${weakness}; the management port stays closed`);
  }

  async stop(): Promise<void> {
    this.#tcp.close();
    this.#tls?.close();
    this.#broker?.stop();
    this.#api.close();
    this.#api.closeAllConnections();
    await this.#gateway.close();
    await this.#audio.stop();
  }

  /** The devices that are logged in, in a session or at rest. */
  get devices(): Iterable<DeviceConnection> {
    return this.#gateway.devices.values();
  }

  /** Calls between devices, here or at other nodes. */
  get calls(): Calls {
    return this.#gateway.calls;
  }

  /** Puts TLS before the ports, which are not yet open. */
  guard(door: TlsDoor): void {
    const { client_doors: doors } = this.#options.config.server.tls;
    door.guard(this.#tcp, doors.includes("mqtt") ? "demanded" : "unasked");
    door.guard(this.#api);
  }

  /** Takes an MQTT connection. */
  accept(stream: Duplex): void {
    this.#gateway.accept(stream);
  }

  /** The same as it comes in on the port, in clear or over TLS. */
  acceptTcp(stream: Duplex): void {
    this.#tcp.emit("connection", stream);
  }

  /** Takes a connection to the port for MQTT over TLS, when there is a certificate. */
  acceptTls(stream: Duplex): void {
    if (this.#tls) this.#tls.server.emit("connection", stream);
    else stream.destroy();
  }

  /** Takes a connection to the management port. */
  acceptApi(stream: Duplex): void {
    this.#api.emit("connection", stream);
  }

  /** How to speak through a device that is logged in, in a session or at rest; undefined when it is not. */
  voiceOf(deviceId: string): ((text: string) => Promise<void>) | undefined {
    const device = this.#gateway.findByAddress(deviceId);
    return device && ((text) => device.say(text, false));
  }

  /** Joins a datagram socket: gives what takes its datagrams. */
  join(send: SendDatagram): ReceiveDatagram {
    return this.#gateway.join(send);
  }

  /** The section `mqtt` of a version check; undefined when devices are to use the WebSocket. */
  section({ deviceId, model, host, trusts = false }: MqttAsker): OtaAnswer["mqtt"] {
    const { server, gateway } = this.#options.config;
    if (server.mqtt_gateway === "") return undefined;
    if (gateway.broker !== "") return this.#brokerSection(deviceId, model);
    const { clientId, username, password } = this.#credentials.loginFor(deviceId, model, this.#issued(deviceId));
    return {
      endpoint: server.mqtt_gateway === OWN ? this.#endpoint(host, trusts) : server.mqtt_gateway,
      client_id: clientId,
      username,
      password,
      publish_topic: "device-server",
      subscribe_topic: `devices/p2p/${deviceId.replaceAll(":", "_")}`,
    };
  }

  /** Devices know by its number alone that a port is of TLS. */
  #endpoint(host: string, isEncrypted: boolean): string {
    const { gateway } = this.#options.config;
    const port = this.ports.mqttTls || gateway.tls_port;
    if (isEncrypted && this.#tls && port === MQTTS_PORT) return `${host}:${port}`;
    return `${host}:${this.ports.mqtt || gateway.port}`;
  }

  /** The second that a new login is to name; undefined where logins last. */
  #issued(deviceId: string): number | undefined {
    const { config, clock, accessFrom } = this.#options;
    const expires = config.server.auth.mqtt_expire_seconds > 0 || (accessFrom?.(deviceId) ?? 0) > 0;
    return expires ? Math.floor(calendarTime(clock) / 1000) : undefined;
  }

  /** Whether a login is ours, and neither too old nor taken back. One without a time is from before there were any. */
  #isGood(deviceId: string, login: MqttLogin): boolean {
    if (!this.#credentials.isGenuine(login)) return false;
    const { config, clock, accessFrom } = this.#options;
    const limit = config.server.auth.mqtt_expire_seconds;
    const from = Math.floor((accessFrom?.(deviceId) ?? 0) / 1000);
    const issued = issuedAt(login);
    if (issued === undefined) return from === 0;
    return issued > from && (limit === 0 || calendarTime(clock) / 1000 - issued <= limit);
  }

  /** The same for devices that connect to another broker: a topic of their own, and a will. */
  #brokerSection(deviceId: string, model: string): OtaAnswer["mqtt"] {
    const { server, gateway } = this.#options.config;
    const { clientId, username, password } = this.#credentials.brokerLoginFor(deviceId, model);
    const { hostname, port, protocol } = new URL(gateway.broker);
    const own = `device-server/${gateway.node}/${username}`;
    return {
      endpoint:
        server.mqtt_gateway === OWN
          ? `${hostname}:${port || (protocol === "mqtts:" ? 8883 : 1883)}`
          : server.mqtt_gateway,
      client_id: clientId,
      username,
      password,
      publish_topic: own,
      subscribe_topic: `devices/p2p/${username}`,
      will_topic: own,
    };
  }

  #warmUp(): Promise<void> {
    const login = this.#credentials.loginFor("02:00:00:00:00:00", "warm-up");
    const isGenuine: MqttCredentials["isGenuine"] = (given) => this.#credentials.isGenuine(given);
    return warmUp({ clock: this.#options.clock, log: createLog({ level: "silent" }), login, isGenuine });
  }

  #loginJudge(): ManagementOptions["judgeLogin"] {
    const { broker, node } = this.#options.config.gateway;
    if (broker === "") return undefined;
    const url = new URL(broker);
    const [user, secret] = [url.username, url.password].map(decodeURIComponent) as [string, string];
    const options: BrokerLoginOptions = {
      node,
      isOurs: ({ username, password }) => user !== "" && username === user && isEqual(password, secret),
      isGenuine: (login) => this.#credentials.isGenuineAtBroker(login),
    };
    return (body) => judgeBrokerLogin(body, options);
  }

  #outerBroker(): OuterBroker | undefined {
    const { config, clock, log } = this.#options;
    const { broker, node } = config.gateway;
    if (broker === "") return undefined;
    if (config.server.udp_gateway === "") {
      const what = "server.udp_gateway: expected where devices send audio when gateway.broker is set, got nothing";
      throw new ConfigError("config-invalid", `config-invalid: ${what}`);
    }
    return new OuterBroker({
      url: new URL(broker),
      node,
      clock,
      log,
      onDevice: (channel, id) => this.#gateway.welcome(channel, id),
    });
  }

  #audioAddress(lane: number): { host: string; port: number } {
    const { server, gateway } = this.#options.config;
    const { host = "", port } = /^(?<host>.*?)(:(?<port>\d+))?$/.exec(server.udp_gateway)?.groups ?? {};
    return { host, port: port === undefined ? this.#audio.port(lane) || gateway.udp_port + lane : Number(port) + lane };
  }
}
