import { type PixelFormat, Raster } from "../../../device/raster.ts";
import type { TwinPart } from "../part.ts";

/** What comes from XS of a bitmap: its pixels and size, where it goes, and which part of it. */
type BitmapArgs = [
  pixels: ArrayBuffer | Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  sx: number,
  sy: number,
  sw: number,
  sh: number,
];

function bytesOf(pixels: ArrayBuffer | Uint8Array): Uint8Array {
  return pixels instanceof Uint8Array ? pixels : new Uint8Array(pixels);
}

/** The Node side of `commodetto/Poco`. */
export function createPoco(): TwinPart {
  const rasters = new Map<number, Raster>();
  const raster = (id: number): Raster => {
    const known = rasters.get(id);
    if (!known) throw new Error("closed");
    return known;
  };
  return {
    calls: {
      "poco.open": (id: number, width: number, height: number, format: PixelFormat) => {
        rasters.set(id, new Raster({ width, height }, format));
      },
      "poco.close": (id: number) => {
        rasters.delete(id);
      },
      "poco.begin": (id: number, x: number, y: number, width: number, height: number) =>
        raster(id).begin(x, y, width, height),
      "poco.area": (id: number) => raster(id).area,
      "poco.lines": (id: number, first: number, count: number) => raster(id).lines(first, count),
      "poco.clip": (id: number, x: number, y: number, width: number, height: number) =>
        raster(id).clip(x, y, width, height),
      "poco.unclip": (id: number) => raster(id).unclip(),
      "poco.origin": (id: number, x?: number, y?: number) => raster(id).moveOrigin(x, y),
      "poco.fill": (id: number, color: number, blend: number, x: number, y: number, width: number, height: number) =>
        raster(id).fill({ color, blend }, x, y, { width, height }),
      "poco.bitmap": (id: number, ...[pixels, width, , x, y, sx, sy, sw, sh]: BitmapArgs) =>
        raster(id).bitmap({ pixels: bytesOf(pixels), width }, { x, y, sx, sy, sw, sh }),
      "poco.monochrome": (id: number, fore: number, back: number, ...[pixels, width, , ...place]: BitmapArgs) =>
        raster(id).monochrome({ pixels: bytesOf(pixels), width }, [fore, back], placed(place)),
      "poco.gray": (id: number, color: number, blend: number, ...[pixels, width, , ...place]: BitmapArgs) =>
        raster(id).gray({ pixels: bytesOf(pixels), width }, { color, blend }, placed(place)),
    },
    close() {
      rasters.clear();
    },
  };
}

function placed([x, y, sx, sy, sw, sh]: [number, number, number, number, number, number]) {
  return { x, y, sx, sy, sw, sh };
}
