/** Digits of a packet's length (MQTT 3.1.1, 2.2.3). */
const MAX_LENGTH_DIGITS = 4;

/** Follows the packets in a stream of MQTT bytes without reading them: how many there are, and that none is too long. */
export class PacketMeter {
  readonly #maxBytes: number;
  #skipBytes = 0;
  #isInLength = false;
  #length = 0;
  #digits = 0;
  #packets = 0;

  /** `maxBytes` counts the whole packet with its first byte and its length. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Packets that have begun. */
  get packets(): number {
    return this.#packets;
  }

  /** Takes the next bytes, cut anywhere; false once a packet is too long or its length is malformed. */
  accept(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#skipBytes > 0) {
        const skipped = Math.min(this.#skipBytes, bytes.length - at);
        this.#skipBytes -= skipped;
        at += skipped;
      } else if (!this.#step(bytes[at++] as number)) return false;
    }
    return true;
  }

  #step(byte: number): boolean {
    if (!this.#isInLength) {
      this.#packets++;
      this.#isInLength = true;
      this.#length = 0;
      this.#digits = 0;
      return true;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#digits++;
    if ((byte & 0x80) !== 0) return this.#digits < MAX_LENGTH_DIGITS;
    this.#isInLength = false;
    this.#skipBytes = this.#length;
    return 1 + this.#digits + this.#length <= this.#maxBytes;
  }
}
