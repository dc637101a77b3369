/** The last two seconds in packets of 60 ms. Coded they are about 4 KB; as samples they would be 64 KB. */
const MAX_PACKETS = 33;

/** What the microphone heard last: the wake word is in it, for a server that wants to know who spoke, and how. */
export class WakeSound {
  #packets: Uint8Array[] = [];

  keep(packet: Uint8Array): void {
    if (this.#packets.length >= MAX_PACKETS) this.#packets.shift();
    this.#packets.push(packet);
  }

  /** The packets in their order; none are kept after it. */
  take(): Uint8Array[] {
    const packets = this.#packets;
    this.#packets = [];
    return packets;
  }
}
