/** A glyph's picture: how much ink is in each pixel, 0 to 15, line by line. */
export interface Glyph {
  readonly codePoint: number;
  /** From the pen to the picture's left edge, and from the line's top to its upper edge; pixels. */
  readonly left: number;
  readonly top: number;
  /** Even. */
  readonly width: number;
  readonly height: number;
  /** How far the pen moves; pixels. */
  readonly advance: number;
  readonly ink: Uint8Array;
}

export interface FontHeader {
  /** Pixels from one line to the next. */
  readonly lineHeight: number;
  /** Pixels from a line's top to where letters stand. */
  readonly baseline: number;
}

const MAGIC = "XZF1";
const HEADER_BYTES = 12;
const ENTRY_BYTES = 12;

/**
 * A font as `modules/ui/font` reads it from flash memory. Little-endian: "XZF1"; line height, baseline, number of
 * glyphs (16 bits each), 2 bytes of zero; then 12 bytes a glyph in the order of code points: code point (32 bits), left,
 * top (8 bits with sign), width, height, advance (8 bits), offset of the picture (24 bits); then the pictures, 4 bits a
 * pixel, the left one in the high half, 0 for full ink and 15 for none, as the SDK's `Gray16` wants it.
 */
export function encodeFont({ lineHeight, baseline }: FontHeader, glyphs: readonly Glyph[]): Buffer {
  const sorted = [...glyphs].sort((a, b) => a.codePoint - b.codePoint);
  const head = Buffer.alloc(HEADER_BYTES + sorted.length * ENTRY_BYTES);
  head.write(MAGIC, 0, "latin1");
  head.writeUInt16LE(lineHeight, 4);
  head.writeUInt16LE(baseline, 6);
  head.writeUInt16LE(sorted.length, 8);
  const pictures: Buffer[] = [];
  let offset = head.length;
  for (const [index, glyph] of sorted.entries()) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    head.writeUInt32LE(glyph.codePoint, at);
    head.writeInt8(glyph.left, at + 4);
    head.writeInt8(glyph.top, at + 5);
    head.writeUInt8(glyph.width, at + 6);
    head.writeUInt8(glyph.height, at + 7);
    head.writeUInt8(glyph.advance, at + 8);
    head.writeUIntLE(offset, at + 9, 3);
    const picture = encodePicture(glyph);
    pictures.push(picture);
    offset += picture.length;
  }
  return Buffer.concat([head, ...pictures]);
}

function encodePicture({ width, height, ink }: Glyph): Buffer {
  const bytes = Buffer.alloc((width >> 1) * height);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = ((15 - (ink[at * 2] as number)) << 4) | (15 - (ink[at * 2 + 1] as number));
  }
  return bytes;
}
