import type { Size } from "../../simulator/device/raster.ts";

/** Around each picture. */
const GAP = 8;
const FRAME = [120, 120, 140] as const;
/** Pictures go into a row until it is so wide. */
const ROW_WIDTH = 1300;

/** A screen's pixels: red, green, blue, line by line. */
export interface Picture extends Size {
  readonly rgb: Uint8Array;
}

interface Placed {
  readonly picture: Picture;
  readonly left: number;
  readonly top: number;
}

function place(pictures: readonly Picture[]): { placed: Placed[]; size: Size } {
  const placed: Placed[] = [];
  let left = GAP;
  let top = GAP;
  let rowHeight = 0;
  let width = 0;
  for (const picture of pictures) {
    if (left > GAP && left + picture.width + GAP > ROW_WIDTH) {
      top += rowHeight + GAP;
      left = GAP;
      rowHeight = 0;
    }
    placed.push({ picture, left, top });
    left += picture.width + GAP;
    width = Math.max(width, left);
    rowHeight = Math.max(rowHeight, picture.height);
  }
  return { placed, size: { width, height: top + rowHeight + GAP } };
}

/** Pictures of all sizes on one sheet, in rows, in their order. */
export function pictureSheet(pictures: readonly Picture[]): Picture {
  const { placed, size } = place(pictures);
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let at = 0; at < rgb.length; at += 3) rgb.set(FRAME, at);
  for (const { picture, left, top } of placed) {
    for (let y = 0; y < picture.height; y++) {
      const line = picture.rgb.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
      rgb.set(line, ((top + y) * size.width + left) * 3);
    }
  }
  return { ...size, rgb };
}
