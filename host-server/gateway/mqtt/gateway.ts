import type { Duplex } from "node:stream";
import type { Clock } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import type { DeviceLink, HoldDevice } from "../../session/link.ts";
import type { FarCalls } from "../calls/call-contract.ts";
import { Calls } from "../calls/calls.ts";
import type { AudioCarrier } from "./audio-carrier.ts";
import type { SendDatagram } from "./audio-claim.ts";
import { MqttBroker } from "./broker.ts";
import type { BrokerEvents, BrokerLimits, BrokerLogin } from "./broker-connection.ts";
import { clientIdAtBroker, type MqttClientId, parseClientId } from "./client-id.ts";
import { DeviceConnection } from "./device-connection.ts";

const MAC = /^[0-9a-f]{2}([:_][0-9a-f]{2}){5}$/i;

/** What the gateway asks and tells. */
export interface MqttGatewayOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly isAllowed: (id: MqttClientId, login: BrokerLogin) => boolean;
  readonly audio: AudioCarrier;
  /** Where devices are told to send audio for a port of `audio`; the host of "" is the address that the device reached. */
  readonly audioAddress: (lane: number) => { readonly host: string; readonly port: number };
  readonly onLink: (link: DeviceLink) => void;
  /** Takes note of a device that is logged in, whose connection `end` ends; gives what takes note of its end. */
  readonly hold?: HoldDevice | undefined;
  /** Calls with devices of other nodes, where there are any. */
  readonly farCalls?: (() => FarCalls | undefined) | undefined;
}

export interface GatewayCounts {
  readonly devices: number;
  readonly sessions: number;
  readonly refusedLogins: number;
  /** Datagrams that belonged to no session or were malformed. */
  readonly strayDatagrams: number;
}

/** How messages get to a device, whoever carries them. */
export interface DeviceChannel {
  readonly remoteAddress: string;
  /** Our address that the device reached; empty when it is not known. */
  readonly localAddress: string;
  /** Whether it came to us over TLS. */
  readonly isEncrypted?: boolean;
  publish(text: string): void;
  /** The device gave a sign of life. */
  touch(): void;
  /** Cuts the connection, where it is ours. */
  end?(reason: string): void;
}

/** Takes one datagram from the network. */
export type ReceiveDatagram = (datagram: Uint8Array, from: { address: string; port: number }) => void;

/** Serves devices whose messages come over MQTT and whose audio comes over UDP. It opens no port itself. */
export class MqttGateway {
  readonly #options: MqttGatewayOptions;
  readonly #broker: MqttBroker;
  readonly #devices = new Map<string, DeviceConnection>();
  /** Calls between devices. */
  readonly calls: Calls;

  constructor(options: MqttGatewayOptions) {
    const { clock, log, limits, isAllowed, farCalls = () => undefined } = options;
    this.#options = options;
    this.calls = new Calls({ clock, deviceOf: (mac) => this.findByAddress(mac), far: farCalls });
    this.#broker = new MqttBroker({
      clock,
      log,
      limits,
      isAllowed,
      onDevice: (connection, id) => this.welcome(connection, id),
    });
  }

  /** Devices that are logged in, by client id. */
  get devices(): ReadonlyMap<string, DeviceConnection> {
    return this.#devices;
  }

  /** The device that logs in with this client id, here or at another broker, or that has this address. */
  find(clientId: string): DeviceConnection | undefined {
    if (MAC.test(clientId)) return this.findByAddress(clientId);
    const name = parseClientId(clientId)?.topicName;
    return this.#devices.get(clientId) ?? (name === undefined ? undefined : this.#devices.get(clientIdAtBroker(name)));
  }

  /** The device with this MAC address, however it is written. */
  findByAddress(deviceId: string): DeviceConnection | undefined {
    const mac = deviceId.toLowerCase().replaceAll("_", ":");
    return [...this.#devices.values()].find(({ device }) => device.deviceId.toLowerCase() === mac);
  }

  /** Figures of this moment and since the start. */
  get counts(): GatewayCounts {
    return {
      devices: this.#devices.size,
      sessions: this.#options.audio.pathCount,
      refusedLogins: this.#broker.refusedCount,
      strayDatagrams: this.#options.audio.strayCount,
    };
  }

  /** Takes an MQTT connection. */
  accept(stream: Duplex): void {
    this.#broker.accept(stream).catch((error: unknown) => {
      this.#options.log.error({ error }, "an MQTT connection could not be taken");
      stream.destroy();
    });
  }

  /** Joins a datagram socket: gives what takes its datagrams. */
  join(send: SendDatagram): ReceiveDatagram {
    return (datagram, { address, port }) => this.#options.audio.receive(datagram, { address, port, send });
  }

  /** Ends all connections; sessions end with theirs. */
  async close(): Promise<void> {
    // What was sent just now has left the broker after one round.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#broker.close();
  }

  /** Takes a device that has logged in, here or at another broker; gives what hears of it. */
  welcome(connection: DeviceChannel, id: MqttClientId): BrokerEvents {
    const { audio, clock, log, onLink, audioAddress } = this.#options;
    const { deviceId, clientId = "" } = id;
    const { remoteAddress, localAddress, isEncrypted = false } = connection;
    log.info({ device: deviceId, ip: remoteAddress }, "device logged in over MQTT");
    const device = new DeviceConnection({
      id,
      device: { deviceId, clientId, ip: remoteAddress, isEncrypted },
      audio,
      audioAddress: (lane) => {
        const { host, port } = audioAddress(lane);
        return { host: host || localAddress, port };
      },
      clock,
      log,
      send: (text) => connection.publish(text),
      onActivity: () => connection.touch(),
      onLink,
    });
    this.#devices.set(id.text, device);
    const release = this.#options.hold?.(deviceId, () => connection.end?.("the device is at another node"));
    const onClose = () => {
      release?.();
      if (this.#devices.get(id.text) === device) this.#devices.delete(id.text);
      device.close();
    };
    return { onText: (text) => device.receive(text), onClose };
  }
}
