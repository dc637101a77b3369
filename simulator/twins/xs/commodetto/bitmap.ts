/** Bits of one pixel, by format. */
const DEPTHS: Readonly<Record<number, number>> = {
  3: 1,
  4: 4,
  5: 8,
  6: 8,
  7: 16,
  8: 16,
  9: 24,
  10: 32,
  11: 4,
  12: 16,
  17: 8,
};

/** Twin of `commodetto/Bitmap`: pixels that lie in a buffer. */
export default class Bitmap {
  static readonly Default = 7;
  static readonly Monochrome = 3;
  static readonly Gray16 = 4;
  static readonly Gray256 = 5;
  static readonly RGB332 = 6;
  static readonly RGB565LE = 7;
  static readonly RGB565BE = 8;
  static readonly RGB24 = 9;
  static readonly CLUT16 = 11;

  readonly width: number;
  readonly height: number;
  readonly pixelFormat: number;
  readonly offset: number;
  buffer: ArrayBuffer | Uint8Array;

  /** Bits of one pixel. */
  static depth(format: number): number {
    const depth = DEPTHS[format];
    if (depth === undefined) throw new Error("invalid format");
    return depth;
  }

  constructor(width: number, height: number, format: number, buffer: ArrayBuffer | Uint8Array, offset: number) {
    const needed = ((Bitmap.depth(format) * width + 7) >> 3) * height;
    if (offset < 0 || offset + needed > buffer.byteLength) throw new RangeError("invalid");
    this.width = width;
    this.height = height;
    this.pixelFormat = format;
    this.buffer = buffer;
    this.offset = offset;
  }

  /** Copies of its rows. For the twins only. */
  $bytes(rowBytes: number): Uint8Array {
    const { buffer, offset, height } = this;
    const length = Math.min(rowBytes * height, buffer.byteLength - offset);
    const bytes =
      buffer instanceof Uint8Array
        ? new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length)
        : new Uint8Array(buffer, offset, length);
    return bytes.slice();
  }
}
