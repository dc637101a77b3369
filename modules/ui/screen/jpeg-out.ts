import Bitmap from "commodetto/Bitmap";
import type { PixelsOut } from "commodetto/Poco";
import { JpegFile } from "./jpeg-file.ts";
import { AC_TABLE, codesOf, DC_TABLE, stepsAt, ZIGZAG } from "./jpeg-tables.ts";

const SIDE = 8;
const COMPONENTS = 3;

/** Cosines of the transform, line by line, scaled so that it keeps lengths. */
function cosines(): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const frequency = at >> 3;
    const scale = frequency === 0 ? Math.SQRT1_2 : 1;
    return (scale / 2) * Math.cos(((2 * (at & 7) + 1) * frequency * Math.PI) / 16);
  });
}

/** A screen whose picture becomes a JPEG file (baseline, full colour), eight lines at a time. */
export class JpegOut implements PixelsOut {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: number;
  readonly #file = new JpegFile();
  readonly #steps: Uint8Array;
  readonly #cosines = cosines();
  readonly #dcCodes = codesOf(DC_TABLE);
  readonly #acCodes = codesOf(AC_TABLE);
  /** Components of eight lines, one after the other. */
  readonly #lines: Int16Array;
  readonly #block = new Float32Array(SIDE * SIDE);
  readonly #passed = new Float32Array(SIDE * SIDE);
  readonly #former = new Int16Array(COMPONENTS);
  /** Pixels of the eight lines that have come. */
  #count = 0;

  /** @param quality 1 to 100 */
  constructor({ width, height, pixelFormat }: Pick<PixelsOut, "width" | "height" | "pixelFormat">, quality: number) {
    this.width = width;
    this.height = height;
    this.pixelFormat = pixelFormat;
    this.#steps = stepsAt(quality);
    this.#lines = new Int16Array(width * SIDE * COMPONENTS);
    this.#file.writeHead(width, height, this.#steps);
  }

  /** The whole screen is drawn at once, from top to bottom. */
  begin(): void {}

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    const bytes = new Uint8Array(pixels, offset, count);
    const isGray = this.pixelFormat === Bitmap.Gray256;
    for (let at = 0; at < bytes.length; at += isGray ? 1 : 2) {
      const low = bytes[at] as number;
      if (isGray) this.#take(low, low, low);
      else {
        const pixel = low | ((bytes[at + 1] as number) << 8);
        this.#take(((pixel >> 11) * 255) / 31, (((pixel >> 5) & 63) * 255) / 63, ((pixel & 31) * 255) / 31);
      }
    }
  }

  end(): void {
    if (this.#count === 0) return;
    // The last line again, until there are eight.
    const { width } = this;
    while (this.#count < width * SIDE) {
      const from = (this.#count - width) * COMPONENTS;
      this.#lines.copyWithin(this.#count * COMPONENTS, from, from + width * COMPONENTS);
      this.#count += width;
    }
    this.#encodeLines();
  }

  pixelsToBytes(count: number): number {
    return (count * Bitmap.depth(this.pixelFormat)) >> 3;
  }

  /** The file; after `end`. */
  finish(): Uint8Array {
    return this.#file.finish();
  }

  /** Brightness and two differences of colour around 0 (JFIF). */
  #take(red: number, green: number, blue: number): void {
    const at = this.#count * COMPONENTS;
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    this.#lines[at] = Math.round(luma - 128);
    this.#lines[at + 1] = Math.round((blue - luma) * 0.564);
    this.#lines[at + 2] = Math.round((red - luma) * 0.713);
    this.#count++;
    if (this.#count === this.width * SIDE) this.#encodeLines();
  }

  #encodeLines(): void {
    for (let left = 0; left < this.width; left += SIDE) {
      for (let component = 0; component < COMPONENTS; component++) this.#encode(left, component);
    }
    this.#count = 0;
  }

  #encode(left: number, component: number): void {
    const { width } = this;
    const block = this.#block;
    let isFlat = true;
    for (let at = 0; at < SIDE * SIDE; at++) {
      const x = Math.min(width - 1, left + (at & 7));
      block[at] = this.#lines[((at >> 3) * width + x) * COMPONENTS + component] as number;
      isFlat &&= block[at] === block[0];
    }
    // Most of a screen is background: what has one colour needs no transform.
    if (isFlat) block.fill(0, 1)[0] = (block[0] as number) * SIDE;
    else this.#transform();
    this.#write(component, isFlat);
  }

  #transform(): void {
    this.#pass(this.#block, this.#passed);
    this.#pass(this.#passed, this.#block);
  }

  /** Each line's frequencies, which become columns: twice, and both directions are done. */
  #pass(from: Float32Array, to: Float32Array): void {
    const table = this.#cosines;
    for (let line = 0; line < SIDE * SIDE; line += SIDE) {
      for (let frequency = 0; frequency < SIDE; frequency++) {
        let sum = 0;
        for (let x = 0; x < SIDE; x++) sum += (from[line + x] as number) * (table[frequency * SIDE + x] as number);
        to[frequency * SIDE + (line >> 3)] = sum;
      }
    }
  }

  #write(component: number, isFlat: boolean): void {
    const first = this.#quantized(0);
    this.#writeValue(this.#dcCodes, 0, first - (this.#former[component] as number));
    this.#former[component] = first;
    let zeros = 0;
    for (let at = 1; at < SIDE * SIDE && !isFlat; at++) {
      const value = this.#quantized(ZIGZAG[at] as number);
      if (value === 0) zeros++;
      else {
        for (; zeros > 15; zeros -= 16) this.#writeCode(this.#acCodes, 0xf0);
        this.#writeValue(this.#acCodes, zeros, value);
        zeros = 0;
      }
    }
    if (zeros > 0 || isFlat) this.#writeCode(this.#acCodes, 0);
  }

  #quantized(at: number): number {
    return Math.round((this.#block[at] as number) / (this.#steps[at] as number));
  }

  /** How many zeros precede it, how many bits it has, and these bits; negative ones are counted from below. */
  #writeValue(codes: Uint32Array, zeros: number, value: number): void {
    const bits = 32 - Math.clz32(Math.abs(value));
    this.#writeCode(codes, (zeros << 4) | bits);
    if (bits > 0) this.#file.writeBits(value < 0 ? value + (1 << bits) - 1 : value, bits);
  }

  #writeCode(codes: Uint32Array, value: number): void {
    const code = codes[value] as number;
    this.#file.writeBits(code & 0xffff, code >> 16);
  }
}
