import type { Cancel, Clock } from "../../protocol/clock.ts";
import { log } from "../system/log.ts";
import type { Channel, ChannelEvents, OpenChannel } from "./channel.ts";

export interface NetworkWatchOptions {
  readonly isConnected: () => boolean;
  readonly clock: Clock;
}

/** Not every platform tells when its network goes; every one can be asked. */
const CHECK_MS = 1000;

class WatchedChannel implements Channel {
  readonly #channel: Channel;
  readonly #cancel: Cancel;

  constructor(open: OpenChannel, events: ChannelEvents, watch: (channel: WatchedChannel) => Cancel) {
    this.#cancel = watch(this);
    try {
      this.#channel = open({
        ...events,
        onClose: (error) => {
          this.#cancel();
          events.onClose(error);
        },
      });
    } catch (error) {
      this.#cancel();
      throw error;
    }
  }

  get sessionId(): string {
    return this.#channel.sessionId;
  }

  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  sendText(text: string): void {
    this.#channel.sendText(text);
  }

  sendAudio(packet: Uint8Array, timestamp: number): void {
    this.#channel.sendAudio(packet, timestamp);
  }

  close(): void {
    this.#cancel();
    this.#channel.close();
  }
}

/** Runs `callback` once the network is gone; until then looks each second. */
export function onceLost({ isConnected, clock }: NetworkWatchOptions, callback: () => void): Cancel {
  let cancel: Cancel;
  const check = () => {
    if (isConnected()) cancel = clock.schedule(CHECK_MS, check);
    else callback();
  };
  cancel = clock.schedule(CHECK_MS, check);
  return () => cancel();
}

/**
 * Channels that end when the network does, without an error: the user sees that the network is gone, and the socket
 * would notice only minutes later.
 */
export function endingWithNetwork(open: OpenChannel, options: NetworkWatchOptions): OpenChannel {
  return (events) =>
    new WatchedChannel(open, events, (channel) =>
      onceLost(options, () => {
        log.warn("network lost");
        channel.close();
        events.onClose(undefined);
      }),
    );
}
