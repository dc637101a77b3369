import type { Duplex } from "node:stream";
import { type Clock, calendarTime } from "../protocol/clock.ts";
import type { Config } from "./config/schema.ts";
import { ConfigError } from "./errors.ts";
import type { SendDatagram } from "./gateway/mqtt/audio-claim.ts";
import type { ReceiveDatagram } from "./gateway/mqtt/gateway.ts";
import { RemoteSession } from "./gateway/remote-session.ts";
import { ServerList } from "./gateway/server-list.ts";
import type { Log } from "./log.ts";
import { MqttService } from "./mqtt-service.ts";
import { signToken } from "./ota/token.ts";

/** What servers without authentication get. */
const NO_TOKEN = "test-token";

export interface GatewayServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Opens connections to servers instead of the network: for tests. */
  readonly dial?: (host: string, port: number) => Duplex;
}

/** The gateway as a program of its own: MQTT and UDP for devices, and a WebSocket to another server for each session. */
export class GatewayServer {
  readonly #options: GatewayServerOptions;
  readonly #mqtt: MqttService;

  /** @throws ConfigError `config-invalid` without a server to dial, or without the key of the logins */
  constructor(options: GatewayServerOptions) {
    const { config, clock, log, dial } = options;
    this.#options = options;
    demand("gateway.servers", "the url of a server", config.gateway.servers.length > 0);
    // Devices bring logins that a server's version check has signed: a key of our own would refuse them all.
    demand("server.mqtt_signature_key", "the key of the version check", config.server.mqtt_signature_key !== "");
    const servers = new ServerList(config.gateway.servers, clock);
    const tokenFor = tokensOf(config, clock);
    this.#mqtt = new MqttService({
      config,
      clock,
      log,
      // The key is demanded above: nothing is kept.
      dataDirectory: "",
      onLink: (link) => {
        new RemoteSession(link, { servers, clock, log, tokenFor, dial });
      },
    });
  }

  get ports(): MqttService["ports"] {
    return this.#mqtt.ports;
  }

  /** Opens the ports. @throws AppError `port-busy` or `port-refused` */
  async start(): Promise<void> {
    const { config, log } = this.#options;
    await this.#mqtt.start();
    log.info({ ...this.ports, servers: config.gateway.servers.map(({ url }) => url) }, "gateway ready");
  }

  async stop(): Promise<void> {
    await this.#mqtt.stop();
    this.#options.log.info("gateway stopped");
  }

  /** Takes an MQTT connection as if it had come in on the port. */
  accept(stream: Duplex): void {
    this.#mqtt.accept(stream);
  }

  /** Takes a connection to the management port. */
  acceptApi(stream: Duplex): void {
    this.#mqtt.acceptApi(stream);
  }

  /** Joins a datagram socket to the port for audio: gives what takes its datagrams. */
  join(send: SendDatagram): ReceiveDatagram {
    return this.#mqtt.join(send);
  }
}

function demand(key: string, what: string, isGiven: boolean): void {
  if (!isGiven) throw new ConfigError("config-invalid", `config-invalid: ${key}: expected ${what}, got nothing`);
}

/** Servers know tokens that are signed with their own key. */
function tokensOf({ server }: Config, clock: Clock) {
  return (device: { deviceId: string; clientId: string }): string =>
    server.auth_key === "" ? NO_TOKEN : signToken(server.auth_key, device, Math.floor(calendarTime(clock) / 1000));
}
