import { PIXEL_FORMATS, type PixelFormat } from "../../../device/raster.ts";
import type { ScreenImage, ScreenShape } from "../../../device/screen-image.ts";
import type { JsonObject } from "../../../manifest.ts";
import type { TwinPart } from "../part.ts";

/** A light that fades writes a hundred a time, and nobody looks at them for days. */
const MAX_COMMANDS = 2000;

/**
 * What the SDK's driver of a panel makes of the manifest's `defines`.
 * @throws Error naming what is missing
 */
function driverShape(name: string, defines: JsonObject): ScreenShape {
  const { width, height } = (defines[name] ?? {}) as JsonObject;
  if (typeof width !== "number" || typeof height !== "number") {
    throw new Error(`defines.${name}: expected width and height, got ${JSON.stringify({ width, height })}`);
  }
  return { width, height, ...(name === "ssd1306" && { pixelFormat: PIXEL_FORMATS.Gray256 }) };
}

function bytesOf(buffer: ArrayBuffer | Uint8Array): Uint8Array {
  return buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
}

/** The Node side of `virtual/screen` and of the drivers of panels. */
export function createScreen(image: ScreenImage, defines: JsonObject): TwinPart {
  return {
    calls: {
      "screen.shape": () => image.shape,
      "screen.driver": (name: string) => driverShape(name, defines),
      "screen.format": () => image.format,
      "screen.open": (width: number, height: number, format: PixelFormat, isRound: boolean) => {
        image.open({ width, height }, format, isRound);
      },
      "screen.command": (register: number, data: ArrayBuffer | Uint8Array) => {
        if (image.commands.length < MAX_COMMANDS) image.commands.push([register, ...bytesOf(data)]);
      },
      "screen.begin": (x: number, y: number, width: number, height: number) => image.begin(x, y, width, height),
      "screen.send": (pixels: ArrayBuffer | Uint8Array) => image.send(bytesOf(pixels)),
      "screen.end": () => image.end(),
    },
    close() {},
  };
}
