import { inflateSync } from "node:zlib";
import type { Size } from "../../simulator/device/raster.ts";
import type { ScreenShape } from "../../simulator/device/screen-image.ts";
import type { Picture } from "./film.ts";

/** Around each picture, and where a round screen has no pixels. */
const FRAME = [120, 120, 140] as const;
const GAP = 4;

/** Pictures of one screen in rows and columns. */
export interface Sheet extends Size {
  readonly rgb: Uint8Array;
}

/** Puts rows of pictures on a sheet. */
export function sheetOf(shape: ScreenShape, rows: readonly (readonly Picture[])[]): Sheet {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (shape.width + GAP) + GAP;
  const height = rows.length * (shape.height + GAP) + GAP;
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < rgb.length; at += 3) rgb.set(FRAME, at);
  for (const [row, pictures] of rows.entries()) {
    for (const [column, { rgb: from }] of pictures.entries()) {
      const left = GAP + column * (shape.width + GAP);
      const top = GAP + row * (shape.height + GAP);
      for (let y = 0; y < shape.height; y++) {
        const inset = shape.isRound ? edge(shape, y) : 0;
        const line = from.subarray((y * shape.width + inset) * 3, ((y + 1) * shape.width - inset) * 3);
        rgb.set(line, ((top + y) * width + left + inset) * 3);
      }
    }
  }
  return { width, height, rgb };
}

/** How far the circle's edge is from the screen's in a line. */
function edge({ width, height }: Size, y: number): number {
  const distance = Math.abs(y + 0.5 - height / 2);
  const half = Math.sqrt(Math.max(0, (width / 2) ** 2 - distance ** 2));
  return Math.max(0, Math.round(width / 2 - half));
}

/** The pixels of a PNG file that `encodePng` has written. */
export function readSheet(png: Buffer): Sheet {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
  }
  const lines = inflateSync(Buffer.concat(data));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = y * (width * 3 + 1) + 1;
    rgb.set(lines.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, rgb };
}

/** Pixels that differ; undefined when the sheets have different sizes. */
export function difference(one: Sheet, other: Sheet): number | undefined {
  if (one.width !== other.width || one.height !== other.height) return undefined;
  let count = 0;
  for (let at = 0; at < one.rgb.length; at += 3) {
    if ([0, 1, 2].some((part) => one.rgb[at + part] !== other.rgb[at + part])) count++;
  }
  return count;
}
