import { PIXEL_FORMATS, type PixelFormat, type Size } from "./raster.ts";

/** What a screen is. */
export interface ScreenShape extends Size {
  /** 16 bits a pixel unless it is given. */
  readonly pixelFormat?: PixelFormat;
  /** Its corners are missing. */
  readonly isRound?: boolean;
}

const USUAL: ScreenShape = { width: 240, height: 240 };

/** What a device's screen shows. */
export class ScreenImage {
  /** What the screen of a board of the simulator is, where the board does not say. */
  readonly shape: ScreenShape;
  /** What was written to registers of the panel, where its driver is of the firmware: the register, then its bytes. */
  readonly commands: (readonly number[])[] = [];
  /** How often the device has finished drawing. */
  frames = 0;
  /** Its corners are missing, says its board. */
  isRound = false;
  #size: Size = { width: 0, height: 0 };
  #format: PixelFormat = PIXEL_FORMATS.RGB565LE;
  #pixels = new Uint16Array(0);
  #window = { x: 0, y: 0, width: 0, height: 0 };
  #at = 0;

  constructor(shape: ScreenShape = USUAL) {
    this.shape = shape;
  }

  /** 0 x 0 before the device has opened its screen. */
  get size(): Size {
    return this.#size;
  }

  get format(): PixelFormat {
    return this.#format;
  }

  open(size: Size, format: PixelFormat, isRound = false): void {
    this.#size = size;
    this.isRound = isRound;
    this.#format = format;
    this.#pixels = new Uint16Array(size.width * size.height);
  }

  /** The device is going to send pixels for this rectangle, line by line. */
  begin(x: number, y: number, width: number, height: number): void {
    if (x < 0 || y < 0 || x + width > this.#size.width || y + height > this.#size.height) {
      throw new Error(`the screen has no pixels at ${x}, ${y}, ${width} x ${height}`);
    }
    this.#window = { x, y, width, height };
    this.#at = 0;
  }

  send(bytes: Uint8Array): void {
    const step = this.#format === PIXEL_FORMATS.Gray256 ? 1 : 2;
    const { x, y, width, height } = this.#window;
    for (let from = 0; from + step <= bytes.length && this.#at < width * height; from += step) {
      const row = y + Math.floor(this.#at / width);
      const high = step === 2 ? (bytes[from + 1] as number) << 8 : 0;
      this.#pixels[row * this.#size.width + x + (this.#at % width)] = (bytes[from] as number) | high;
      this.#at++;
    }
  }

  end(): void {
    this.frames++;
  }

  /** Red, green, blue, 8 bits each, line by line. */
  rgb(): Uint8Array {
    const rgb = new Uint8Array(this.#pixels.length * 3);
    for (const [at, pixel] of this.#pixels.entries()) rgb.set(this.#color(pixel), at * 3);
    return rgb;
  }

  #color(pixel: number): readonly [number, number, number] {
    if (this.#format === PIXEL_FORMATS.Gray256) return [pixel, pixel, pixel];
    const wide = (value: number, bits: number) => Math.round((value * 255) / (2 ** bits - 1));
    return [wide(pixel >> 11, 5), wide((pixel >> 5) & 63, 6), wide(pixel & 31, 5)];
  }
}
