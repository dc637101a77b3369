import type { Cancel, Clock } from "../../protocol/clock.ts";

/** How long audio waits for the message that says that speech begins. */
const HOLD_MS = 500;

/** As many 60 ms packets as fit that time; when more come, the oldest is dropped. */
const MAX_PACKETS = 8;

export interface HeardPacket {
  readonly packet: Uint8Array;
  /** The server's, in ms. */
  readonly timestamp: number;
  /** Packets before this one that will never come. */
  readonly lost: number;
}

/**
 * Packets that arrived before the `tts start` they belong to: on a transport whose sound and messages travel apart,
 * either may come first. Sound that nobody announces within 500 ms is forgotten.
 */
export class EarlyAudio {
  readonly #clock: Clock;
  readonly #held: (HeardPacket & { readonly cancel: Cancel })[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hold(heard: HeardPacket): void {
    if (this.#held.length >= MAX_PACKETS) this.#held.shift()?.cancel();
    const cancel = this.#clock.schedule(HOLD_MS, () => this.#held.shift());
    this.#held.push({ ...heard, cancel });
  }

  /** The packets in the order in which they came; none are held after it. */
  take(): HeardPacket[] {
    const packets = this.#held.splice(0);
    for (const { cancel } of packets) cancel();
    return packets;
  }
}
