import { AC_TABLE, DC_TABLE, type HuffmanTable, ZIGZAG } from "./jpeg-tables.ts";

const FIRST_BYTES = 4096;

/** A JPEG file while it is written: its segments, and the bits of its picture. */
export class JpegFile {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;
  #bits = 0;
  #bitCount = 0;

  /** What precedes the picture: three components, all with the same tables. @param steps of quantization */
  writeHead(width: number, height: number, steps: Uint8Array): void {
    this.#marker(0xd8);
    this.#segment(0xdb, [0, ...ZIGZAG.map((at) => steps[at] as number)]);
    const size = [height >> 8, height & 255, width >> 8, width & 255];
    this.#segment(0xc0, [8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    this.#segment(0xc4, [0x00, ...listOf(DC_TABLE), 0x10, ...listOf(AC_TABLE)]);
    this.#segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
  }

  /** Up to 16 bits, the highest first. */
  writeBits(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#bitCount += count;
    while (this.#bitCount >= 8) {
      this.#bitCount -= 8;
      const byte = (this.#bits >> this.#bitCount) & 255;
      this.#put(byte);
      // Otherwise it would be taken for a marker.
      if (byte === 255) this.#put(0);
    }
    this.#bits &= (1 << this.#bitCount) - 1;
  }

  /** The whole file. */
  finish(): Uint8Array {
    this.writeBits(127, 7);
    this.#marker(0xd9);
    return this.#bytes.subarray(0, this.#length);
  }

  #segment(marker: number, content: readonly number[]): void {
    this.#marker(marker);
    const length = content.length + 2;
    this.#put(length >> 8);
    this.#put(length & 255);
    for (const byte of content) this.#put(byte);
  }

  #marker(marker: number): void {
    this.#put(255);
    this.#put(marker);
  }

  #put(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

function listOf({ counts, values }: HuffmanTable): readonly number[] {
  return [...counts, ...values];
}
