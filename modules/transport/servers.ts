import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import type { MqttAddress } from "../io/mqtt-address.ts";
import type { Words } from "../system/words.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import { MemberNames } from "./member-names.ts";
import { MqttControl } from "./mqtt-control.ts";
import { MqttUdpChannel } from "./mqtt-udp-channel.ts";
import { WebSocketChannel, type WebSocketChannelOptions } from "./websocket-channel.ts";

/** Where conversations go, and how. */
export type ServerAddress =
  | { readonly transport: "mqtt"; readonly mqtt: MqttAddress }
  | {
      readonly transport: "websocket";
      readonly websocket: Pick<WebSocketChannelOptions, "url" | "token" | "version">;
    };

export interface ServersOptions {
  /** What the settings say now; undefined before any server said so. */
  readonly address: () => ServerAddress | undefined;
  readonly identity: Pick<WebSocketChannelOptions, "deviceId" | "clientId">;
  /** Of the own authority, for servers behind TLS. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  readonly serverCancelsEcho: () => boolean;
  readonly words: Words;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The server of the settings does not let the device in; the version check may know another. */
  readonly onUnreachable: () => void;
  /** A message outside of a conversation; `reply` sends one back. */
  readonly onMessage: (message: ToDevice, reply: (text: string) => void) => void;
}

/** The way to the server that the settings name: opens channels, and keeps the connection of MQTT in between. */
export class Servers {
  readonly #options: ServersOptions;
  readonly #names = new MemberNames();
  #control: MqttControl | undefined;
  /** The address that the connection was made for. */
  #connected = "";

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** Follows the settings: connects to an MQTT server, and leaves one that is no longer named. */
  refresh(): void {
    const address = this.#options.address();
    const wanted = address?.transport === "mqtt" ? JSON.stringify(address.mqtt) : "";
    if (wanted === this.#connected) return;
    this.#connected = wanted;
    this.#control?.stop();
    this.#control = undefined;
    if (address?.transport !== "mqtt") return;
    const { authority, clock, random, onMessage, onUnreachable } = this.#options;
    this.#control = new MqttControl({
      names: this.#names,
      address: address.mqtt,
      authority,
      clock,
      random,
      onMessage,
      onUnreachable,
    });
    this.#control.connect();
  }

  /** @throws Error with a text for the user when there is no server, or its address is unusable */
  open(events: ChannelEvents): Channel {
    const { address, identity, authority, clock, words } = this.#options;
    const server = address();
    const serverCancelsEcho = this.#options.serverCancelsEcho();
    if (server?.transport === "websocket") {
      const common = { names: this.#names, authority, clock, serverCancelsEcho, words };
      const options = { ...server.websocket, ...identity, ...common };
      return new WebSocketChannel(options, this.#watched(events));
    }
    this.refresh();
    if (!this.#control) throw new Error(words.noService);
    return new MqttUdpChannel({ control: this.#control, clock, serverCancelsEcho, words }, events);
  }

  #watched(events: ChannelEvents): ChannelEvents {
    let hasOpened = false;
    return {
      ...events,
      onOpen: () => {
        hasOpened = true;
        events.onOpen();
      },
      onClose: (error) => {
        events.onClose(error);
        if (!hasOpened) this.#options.onUnreachable();
      },
    };
  }
}
