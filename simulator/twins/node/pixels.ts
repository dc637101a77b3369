import type { TwinPart } from "./part.ts";

export interface Color {
  red: number;
  green: number;
  blue: number;
}

/** What a strip of pixels shows. */
export interface PixelFrame {
  colors: Color[];
  /** 0 to 255 */
  brightness: number;
}

/** The Node side of `neopixel`; `onShow` is told of each update. */
export function createPixels(onShow: (frame: PixelFrame) => void): TwinPart {
  return {
    calls: {
      "pixels.open": () => {},
      "pixels.show": (_id: number, rgb: ArrayBuffer, brightness: number) => {
        const bytes = new Uint8Array(rgb);
        const colors: Color[] = [];
        for (let i = 0; i + 2 < bytes.length; i += 3) {
          colors.push({ red: bytes[i]!, green: bytes[i + 1]!, blue: bytes[i + 2]! });
        }
        onShow({ colors, brightness });
      },
      "pixels.close": () => {},
    },
    close() {},
  };
}
