import Bitmap from "commodetto/Bitmap";
import { call } from "host";

/** A screen that boards of the simulator declare, 16 bits a pixel or 256 grays; no device has this module. */
export default class VirtualScreen {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: number;

  constructor({
    width,
    height,
    pixelFormat = Bitmap.RGB565LE,
  }: { width: number; height: number; pixelFormat?: number }) {
    this.width = width;
    this.height = height;
    this.pixelFormat = pixelFormat;
    call("screen.open", width, height, pixelFormat);
  }

  begin({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    call("screen.begin", x, y, width, height);
  }

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    call("screen.send", new Uint8Array(pixels, offset, count).slice());
  }

  end(): void {
    call("screen.end");
  }

  pixelsToBytes(count: number): number {
    return (count * Bitmap.depth(this.pixelFormat) + 7) >> 3;
  }
}
