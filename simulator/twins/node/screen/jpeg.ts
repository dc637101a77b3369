import { type Decoded, decodeJpeg } from "../../../device/jpeg-decoder.ts";
import { PIXEL_FORMATS, type PixelFormat } from "../../../device/raster.ts";
import type { TwinPart } from "../part.ts";

/** Of a block, by the sampling of brightness: as the SDK's reader gives them. */
interface Opened extends Decoded {
  readonly blockWidth: number;
  readonly blockHeight: number;
}

/** Sampling of brightness, from the frame's header. */
function samplingOf(file: Uint8Array): number {
  for (let at = 2; at + 11 < file.length; ) {
    if (file[at + 1] === 0xc0) return file[at + 11] as number;
    at += 2 + (((file[at + 2] as number) << 8) | (file[at + 3] as number));
  }
  return 0x11;
}

/** The Node side of `commodetto/ReadJPEG`: pictures are decoded at once, and given block by block. */
export function createJpeg(): TwinPart {
  let opened: Opened | undefined;
  const picture = (): Opened => {
    if (!opened) throw new Error("no picture is open");
    return opened;
  };
  return {
    calls: {
      /** Width, height, width and height of a block. There is one decoder, as in the SDK. */
      "jpeg.open": (bytes: ArrayBuffer | Uint8Array) => {
        const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
        const sampling = samplingOf(file);
        const [blockWidth, blockHeight] = [8 * (sampling >> 4), 8 * (sampling & 15)];
        opened = { ...decodeJpeg(file), blockWidth, blockHeight };
        return [opened.width, opened.height, blockWidth, blockHeight];
      },
      "jpeg.block": (format: PixelFormat, ...[left, top, width, height]: [number, number, number, number]) => {
        const { rgb, width: whole } = picture();
        const pixels = new Uint16Array(width * height);
        for (let at = 0; at < pixels.length; at++) {
          const from = ((top + Math.floor(at / width)) * whole + left + (at % width)) * 3;
          const [red, green, blue] = rgb.subarray(from, from + 3) as unknown as [number, number, number];
          if (format === PIXEL_FORMATS.Gray256) pixels[at] = (3 * red + 4 * green + blue) >> 3;
          else pixels[at] = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
        }
        return format === PIXEL_FORMATS.Gray256 ? Uint8Array.from(pixels) : new Uint8Array(pixels.buffer);
      },
    },
    close() {
      opened = undefined;
    },
  };
}
