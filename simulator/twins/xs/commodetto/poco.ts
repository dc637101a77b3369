import Bitmap from "commodetto/Bitmap";
import { call, register, release } from "host";

/** Where finished pixels go: a screen, or a buffer. */
interface PixelsOut {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: number;
  begin(area: { x: number; y: number; width: number; height: number; continue?: boolean }): void;
  send(pixels: ArrayBuffer, offset?: number, count?: number): void;
  end(): void;
}

/** What the twin of `commodetto/Bitmap` has for this one. */
interface Pixels extends Bitmap {
  $bytes(rowBytes: number): Uint8Array;
}

function rows(bits: Bitmap, rowBytes: number): Uint8Array {
  return (bits as Pixels).$bytes(rowBytes);
}

interface PocoOptions {
  /** Pixels that are made at a time. */
  pixels?: number;
  /** Bytes for what is drawn between `begin` and `end`. */
  displayListLength?: number;
  rotation?: number;
}

type Named = { readonly [name: string]: readonly [number, number, number] };

const COLORS: Named = Object.freeze({
  black: [0, 0, 0],
  white: [255, 255, 255],
  gray: [128, 128, 128],
  silver: [192, 192, 192],
  red: [255, 0, 0],
  green: [0, 128, 0],
  lime: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  orange: [255, 165, 0],
});

/** Bytes that an entry takes in the display list of a device (32-bit pointers). */
const ENTRY_BYTES = Object.freeze({ fill: 14, blend: 16, bitmap: 20, monochrome: 24, gray: 24 });
/** A clip or an origin on the stack, which grows down from the list's end. */
const STACK_BYTES = 8;

/**
 * Twin of `commodetto/Poco`: collects what is drawn between `begin` and `end`, then makes the pixels of that area and
 * sends them in pieces. As there, an area that was not painted holds no defined colour; here it is a loud magenta.
 */
export default class Poco {
  readonly pixelsOut: PixelsOut;
  readonly width: number;
  readonly height: number;
  readonly byteLength: number;
  readonly #listLength: number;
  #id: number | undefined;
  #isDrawing = false;
  #isContinued = false;
  #listUsed = 0;
  #isOverflown = false;
  #clips: number[] = [];
  #origins: number[] = [];

  constructor(pixelsOut: PixelsOut, options: PocoOptions = {}) {
    const { width, height, pixelFormat } = pixelsOut;
    if (pixelFormat !== Bitmap.RGB565LE && pixelFormat !== Bitmap.Gray256) throw new Error("unsupported pixel format");
    if ((options.rotation ?? 0) !== 0) throw new Error("not configured for requested rotation");
    const pixels = (options.pixels ?? 0) >= width ? (options.pixels as number) : width * 2;
    this.pixelsOut = pixelsOut;
    this.width = width;
    this.height = height;
    this.byteLength = (pixels * Bitmap.depth(pixelFormat)) >> 3;
    this.#listLength = options.displayListLength ?? 1024;
    this.#id = register(this);
    call("poco.open", this.#id, width, height, pixelFormat);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("poco.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  makeColor(r: number | string, g = 0, b = 0): number {
    const [red, green, blue] = typeof r === "string" ? (COLORS[r] ?? invalidColor()) : [r, g, b];
    if (this.pixelsOut.pixelFormat === Bitmap.Gray256) return ((red << 1) + red + (green << 2) + blue) >> 3;
    return ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
  }

  begin(x = 0, y = 0, width = this.width - x, height = this.height - y): void {
    this.#isDrawing = true;
    this.#listUsed = 0;
    this.#isOverflown = false;
    this.#clips = [];
    this.#origins = [];
    call("poco.begin", this.#open(), x, y, width, height);
  }

  end(isContinued = false): void {
    if (!this.#isDrawing) throw new Error("inactive");
    this.#isDrawing = false;
    const { pixelsOut } = this;
    if (this.#clips.length > 0 || this.#origins.length > 0) throw new Error("clip/origin stack not cleared");
    if (this.#isOverflown) throw new Error("display list overflow");
    const [x, y, width, height] = call<[number, number, number, number]>("poco.area", this.#open());
    pixelsOut.begin({ x, y, width, height, ...(this.#isContinued && { continue: true }) });
    // Nothing drawn is nothing sent.
    if (this.#listUsed > 0 && width > 0) this.#send(width, height);
    this.#isContinued = isContinued;
    if (!isContinued) pixelsOut.end();
  }

  continue(x: number, y: number, width: number, height: number): void {
    this.end(true);
    this.begin(x, y, width, height);
  }

  clip(x?: number, y = 0, width = 0, height = 0): true | undefined {
    const id = this.#open();
    if (x === undefined) {
      if (this.#clips.pop() === undefined) throw new Error("clip/origin stack under/overflow");
      call("poco.unclip", id);
      return undefined;
    }
    this.#clips.push(1);
    this.#use(STACK_BYTES);
    return call<boolean>("poco.clip", id, x, y, width, height) ? true : undefined;
  }

  origin(x?: number, y = 0): void {
    if (x === undefined) {
      if (this.#origins.pop() === undefined) throw new Error("clip/origin stack under/overflow");
      call("poco.origin", this.#open());
      return;
    }
    this.#origins.push(1);
    this.#use(STACK_BYTES);
    call("poco.origin", this.#open(), x, y);
  }

  fillRectangle(color: number, x: number, y: number, width: number, height: number): void {
    if (this.#use(ENTRY_BYTES.fill)) call("poco.fill", this.#open(), color, 255, x, y, width, height);
  }

  /** `blend` goes from 0 to 255. */
  blendRectangle(color: number, blend: number, x: number, y: number, width: number, height: number): void {
    if (this.#use(ENTRY_BYTES.blend)) call("poco.fill", this.#open(), color, blend, x, y, width, height);
  }

  drawPixel(color: number, x: number, y: number): void {
    if (this.#use(ENTRY_BYTES.fill)) call("poco.fill", this.#open(), color, 255, x, y, 1, 1);
  }

  drawBitmap(bits: Bitmap, x: number, y: number, sx = 0, sy = 0, sw = bits.width, sh = bits.height): void {
    checkSource(bits, sx, sy, sw, sh);
    if (bits.pixelFormat !== this.pixelsOut.pixelFormat || !this.#use(ENTRY_BYTES.bitmap)) return;
    const pixels = rows(bits, (bits.width * Bitmap.depth(bits.pixelFormat)) >> 3);
    call("poco.bitmap", this.#open(), pixels, bits.width, bits.height, x, y, sx, sy, sw, sh);
  }

  drawMonochrome(
    bits: Bitmap,
    fore: number | undefined,
    back: number | undefined,
    x: number,
    y: number,
    sx = 0,
    sy = 0,
    sw = bits.width,
    sh = bits.height,
  ): void {
    checkSource(bits, sx, sy, sw, sh);
    if (bits.pixelFormat !== Bitmap.Monochrome || !this.#use(ENTRY_BYTES.monochrome)) return;
    const pixels = rows(bits, (bits.width + 7) >> 3);
    const size = [pixels, bits.width, bits.height] as const;
    call("poco.monochrome", this.#open(), fore ?? -1, back ?? -1, ...size, x, y, sx, sy, sw, sh);
  }

  /** Paints `color` where the bitmap is dark: 0 covers, 15 lets through. Its rows must have an even width. */
  drawGray(
    bits: Bitmap,
    color: number,
    x: number,
    y: number,
    sx = 0,
    sy = 0,
    sw = bits.width,
    sh = bits.height,
    blend = 255,
  ): void {
    checkSource(bits, sx, sy, sw, sh);
    if (bits.pixelFormat === Bitmap.Monochrome) {
      return this.drawMonochrome(bits, color, undefined, x, y, sx, sy, sw, sh);
    }
    if (bits.pixelFormat !== Bitmap.Gray16 || blend === 0 || !this.#use(ENTRY_BYTES.gray)) return;
    const pixels = rows(bits, bits.width >> 1);
    call("poco.gray", this.#open(), color, blend, pixels, bits.width, bits.height, x, y, sx, sy, sw, sh);
  }

  /** The area in pieces of as many lines as there is room for. */
  #send(width: number, height: number): void {
    const rowBytes = (width * Bitmap.depth(this.pixelsOut.pixelFormat)) >> 3;
    const lines = Math.max(1, Math.floor(this.byteLength / rowBytes));
    for (let line = 0; line < height; line += lines) {
      const count = Math.min(lines, height - line);
      const bytes = call<ArrayBuffer>("poco.lines", this.#open(), line, count);
      this.pixelsOut.send(bytes, 0, bytes.byteLength);
    }
  }

  /** Whether the display list has room for so many bytes more. */
  #use(bytes: number): boolean {
    if (!this.#isDrawing) throw new Error("inactive");
    this.#listUsed += bytes;
    if (this.#listUsed <= this.#listLength) return true;
    this.#isOverflown = true;
    return false;
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}

function invalidColor(): never {
  throw new Error("invalid color");
}

function checkSource({ width, height }: Bitmap, sx: number, sy: number, sw: number, sh: number): void {
  if (sx < 0 || sy < 0 || sx >= width || sy >= height || sx + sw > width || sy + sh > height) {
    throw new RangeError("invalid src");
  }
}
