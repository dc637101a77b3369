import { crc32, deflateSync } from "node:zlib";
import type { Size } from "./raster.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BITS = 8;
const TRUE_COLOR = 2;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** An image as a PNG file (ISO/IEC 15948). @param rgb three bytes a pixel, line by line */
export function encodePng(rgb: Uint8Array, { width, height }: Size): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BITS, TRUE_COLOR], 8);
  const lines = Buffer.alloc((width * 3 + 1) * height);
  for (let line = 0; line < height; line++) {
    // Each line begins with its filter: none.
    lines.set(rgb.subarray(line * width * 3, (line + 1) * width * 3), line * (width * 3 + 1) + 1);
  }
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", new Uint8Array(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}
