import Bitmap from "commodetto/Bitmap";
import { call } from "host";

export interface Shape {
  readonly width: number;
  readonly height: number;
  /** Of `commodetto/Bitmap`: RGB565LE or Gray256. */
  readonly pixelFormat?: number;
  readonly isRound?: boolean;
}

/** A screen that boards of the simulator declare, 16 bits a pixel or 256 grays; no device has this module. */
export default class VirtualScreen {
  width: number;
  height: number;
  readonly pixelFormat: number;
  readonly isRound: boolean;

  /** Without a shape it is the one that the device was given, 240 x 240 at first. */
  constructor(shape: Shape = call<Shape>("screen.shape")) {
    const { width, height, pixelFormat = Bitmap.RGB565LE, isRound = false } = shape;
    this.width = width;
    this.height = height;
    this.pixelFormat = pixelFormat;
    this.isRound = isRound;
    call("screen.open", width, height, pixelFormat, isRound);
  }

  /** For twins of panels: what was wide is high from now on. */
  turn(): void {
    [this.width, this.height] = [this.height, this.width];
    call("screen.open", this.width, this.height, this.pixelFormat, this.isRound);
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
