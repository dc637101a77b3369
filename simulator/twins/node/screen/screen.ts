import type { PixelFormat } from "../../../device/raster.ts";
import type { ScreenImage } from "../../../device/screen-image.ts";
import type { TwinPart } from "../part.ts";

/** The Node side of `virtual/screen`. */
export function createScreen(image: ScreenImage): TwinPart {
  return {
    calls: {
      "screen.shape": () => image.shape,
      "screen.open": (width: number, height: number, format: PixelFormat) => image.open({ width, height }, format),
      "screen.begin": (x: number, y: number, width: number, height: number) => image.begin(x, y, width, height),
      "screen.send": (pixels: ArrayBuffer | Uint8Array) =>
        image.send(pixels instanceof Uint8Array ? pixels : new Uint8Array(pixels)),
      "screen.end": () => image.end(),
    },
    close() {},
  };
}
