import type { Clock } from "../../../protocol/clock.ts";
import { isObject, type JsonObject, parseJson } from "../../../protocol/json.ts";
import { OFFLINE, ONLINE } from "../../../protocol/udp-session.ts";
import type { Log } from "../../log.ts";
import type { BrokerEvents } from "../mqtt/broker-connection.ts";
import { clientIdAtBroker, type MqttClientId, parseClientId } from "../mqtt/client-id.ts";
import type { DeviceChannel } from "../mqtt/gateway.ts";
import { BrokerClient } from "./broker-client.ts";

export interface OuterBrokerOptions {
  readonly url: URL;
  /** Name of this gateway among those at the broker: devices publish beneath `device-server/<node>/`. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A device is there; gives what hears of it. */
  readonly onDevice: (channel: DeviceChannel, id: MqttClientId) => BrokerEvents;
}

/** Devices at a broker that is another program: they are known by the topic on which they publish. */
export class OuterBroker {
  readonly #options: OuterBrokerOptions;
  readonly #client: BrokerClient;
  readonly #prefix: string;
  readonly #devices = new Map<string, BrokerEvents>();

  constructor(options: OuterBrokerOptions) {
    const { url, node, clock, log } = options;
    this.#options = options;
    this.#prefix = `device-server/${node}/`;
    this.#client = new BrokerClient({
      url,
      clientId: `xiaozhi-gateway-${node}`,
      filter: `${this.#prefix}+`,
      clock,
      log,
      onMessage: (topic, payload) => this.#receive(topic.slice(this.#prefix.length), payload),
      onLost: () => this.#forgetAll(),
    });
  }

  /** Whether messages of devices arrive. */
  get isReady(): boolean {
    return this.#client.isReady;
  }

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#forgetAll();
    this.#client.stop();
  }

  #receive(name: string, text: string): void {
    const { type, client_id } = objectIn(text);
    if (type === ONLINE || type === OFFLINE) this.#forget(name);
    if (type === OFFLINE) return;
    const events = this.#devices.get(name) ?? this.#welcome(name, client_id);
    if (type !== ONLINE) events?.onText(text);
  }

  /** The broker has checked who publishes on this topic; of what the device calls itself only the group counts. */
  #welcome(name: string, clientId: unknown): BrokerEvents | undefined {
    const told = typeof clientId === "string" ? parseClientId(clientId) : undefined;
    const id = told?.topicName === name && told.clientId !== undefined ? told : parseClientId(clientIdAtBroker(name));
    if (!id) return undefined;
    const publish = (text: string) => this.#client.publish(`devices/p2p/${name}`, text);
    const channel = { publish, touch: () => {}, remoteAddress: "", localAddress: "" };
    const events = this.#options.onDevice(channel, id);
    this.#devices.set(name, events);
    return events;
  }

  #forget(name: string): void {
    const events = this.#devices.get(name);
    this.#devices.delete(name);
    events?.onClose();
  }

  #forgetAll(): void {
    for (const name of [...this.#devices.keys()]) this.#forget(name);
  }
}

function objectIn(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : {};
  } catch {
    // The device's connection names what is wrong with it.
    return {};
  }
}
