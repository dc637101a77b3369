import Bitmap from "commodetto/Bitmap";
import type { PixelsOut } from "commodetto/Poco";
import { JpegFile } from "./jpeg-file.ts";
import { AC_TABLE, codesOf, DC_TABLE, stepsAt, ZIGZAG } from "./jpeg-tables.ts";

const SIDE = 8;
const COMPONENTS = 3;

/** Half the cosines of 1 to 7 sixteenths of a half turn; the fourth is that of the mean, too. */
const C1 = Math.cos(Math.PI / 16) / 2;
const C2 = Math.cos((2 * Math.PI) / 16) / 2;
const C3 = Math.cos((3 * Math.PI) / 16) / 2;
const C4 = Math.cos((4 * Math.PI) / 16) / 2;
const C5 = Math.cos((5 * Math.PI) / 16) / 2;
const C6 = Math.cos((6 * Math.PI) / 16) / 2;
const C7 = Math.cos((7 * Math.PI) / 16) / 2;

/** Each line's frequencies, which become columns: twice, and both directions are done. */
function transformLines(from: Float32Array, to: Float32Array): void {
  for (let line = 0; line < SIDE; line++) {
    const at = line * SIDE;
    const s0 = from[at] as number;
    const s1 = from[at + 1] as number;
    const s2 = from[at + 2] as number;
    const s3 = from[at + 3] as number;
    const s4 = from[at + 4] as number;
    const s5 = from[at + 5] as number;
    const s6 = from[at + 6] as number;
    const s7 = from[at + 7] as number;
    // Cosines are even or odd around the middle of a line: sums have the even frequencies, differences the odd ones.
    const outer = s0 + s7;
    const near = s1 + s6;
    const far = s2 + s5;
    const inner = s3 + s4;
    to[line] = (outer + near + far + inner) * C4;
    to[line + 16] = (outer - inner) * C2 + (near - far) * C6;
    to[line + 32] = (outer - near - far + inner) * C4;
    to[line + 48] = (outer - inner) * C6 - (near - far) * C2;
    const d0 = s0 - s7;
    const d1 = s1 - s6;
    const d2 = s2 - s5;
    const d3 = s3 - s4;
    to[line + 8] = d0 * C1 + d1 * C3 + d2 * C5 + d3 * C7;
    to[line + 24] = d0 * C3 - d1 * C7 - d2 * C1 - d3 * C5;
    to[line + 40] = d0 * C5 - d1 * C1 + d2 * C7 + d3 * C3;
    to[line + 56] = d0 * C7 - d1 * C5 + d2 * C3 - d3 * C1;
  }
}

/** A screen whose picture becomes a JPEG file (baseline, full colour), eight lines at a time. */
export class JpegOut implements PixelsOut {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: number;
  readonly #file = new JpegFile();
  readonly #steps: Uint8Array;
  readonly #dcCodes = codesOf(DC_TABLE);
  readonly #acCodes = codesOf(AC_TABLE);
  /** Pixels of eight lines, and the same as bytes. */
  readonly #lines: Uint16Array | Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #pixels = new Uint16Array(SIDE * SIDE);
  readonly #components = Array.from({ length: COMPONENTS }, () => new Float32Array(SIDE * SIDE));
  /** Of one pixel. */
  readonly #color = new Int16Array(COMPONENTS);
  readonly #passed = new Float32Array(SIDE * SIDE);
  readonly #former = new Int16Array(COMPONENTS);
  /** Bytes of the eight lines that have come. */
  #count = 0;

  /** @param quality 1 to 100 */
  constructor({ width, height, pixelFormat }: Pick<PixelsOut, "width" | "height" | "pixelFormat">, quality: number) {
    this.width = width;
    this.height = height;
    this.pixelFormat = pixelFormat;
    this.#steps = stepsAt(quality);
    this.#lines = pixelFormat === Bitmap.Gray256 ? new Uint8Array(width * SIDE) : new Uint16Array(width * SIDE);
    this.#bytes = new Uint8Array(this.#lines.buffer);
    this.#file.writeHead(width, height, this.#steps);
  }

  /** The whole screen is drawn at once, from top to bottom. */
  begin(): void {}

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    for (let at = 0; at < count; ) {
      const length = Math.min(count - at, this.#bytes.length - this.#count);
      this.#bytes.set(new Uint8Array(pixels, offset + at, length), this.#count);
      this.#count += length;
      at += length;
      if (this.#count === this.#bytes.length) this.#encodeLines();
    }
  }

  end(): void {
    if (this.#count === 0) return;
    // The last line again, until there are eight.
    const lineBytes = this.#bytes.length / SIDE;
    for (; this.#count < this.#bytes.length; this.#count += lineBytes) {
      this.#bytes.copyWithin(this.#count, this.#count - lineBytes, this.#count);
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

  #encodeLines(): void {
    for (let left = 0; left < this.width; left += SIDE) this.#encode(left);
    this.#count = 0;
  }

  /** Most of a screen is background: a block of one colour needs no transform. */
  #encode(left: number): void {
    const { width } = this;
    const lines = this.#lines;
    const pixels = this.#pixels;
    const first = lines[left] as number;
    let isFlat = true;
    for (let at = 0; at < SIDE * SIDE; at++) {
      const x = Math.min(width - 1, left + (at & 7));
      const pixel = lines[(at >> 3) * width + x] as number;
      pixels[at] = pixel;
      if (pixel !== first) isFlat = false;
    }
    if (!isFlat) this.#split();
    this.#convert(first);
    for (let component = 0; component < COMPONENTS; component++) {
      if (isFlat) this.#writeFlat(component, this.#color[component] as number);
      else this.#writeBlock(component);
    }
  }

  /** The components of all pixels. */
  #split(): void {
    const [luma, blue, red] = this.#components as [Float32Array, Float32Array, Float32Array];
    const color = this.#color;
    let former = -1;
    for (let at = 0; at < SIDE * SIDE; at++) {
      const pixel = this.#pixels[at] as number;
      if (pixel !== former) this.#convert(pixel);
      former = pixel;
      luma[at] = color[0] as number;
      blue[at] = color[1] as number;
      red[at] = color[2] as number;
    }
  }

  /** Brightness and two differences of colour around 0 (JFIF). */
  #convert(pixel: number): void {
    const isGray = this.pixelFormat === Bitmap.Gray256;
    const red = isGray ? pixel : ((pixel >> 11) * 255) / 31;
    const green = isGray ? pixel : (((pixel >> 5) & 63) * 255) / 63;
    const blue = isGray ? pixel : ((pixel & 31) * 255) / 31;
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    this.#color[0] = Math.round(luma - 128);
    this.#color[1] = Math.round((blue - luma) * 0.564);
    this.#color[2] = Math.round((red - luma) * 0.713);
  }

  #writeFlat(component: number, value: number): void {
    this.#writeFirst(component, Math.round((value * SIDE) / (this.#steps[0] as number)));
    this.#writeCode(this.#acCodes, 0);
  }

  /** Text is mostly gray: its differences of colour are flat. */
  #writeBlock(component: number): void {
    const block = this.#components[component] as Float32Array;
    const first = block[0] as number;
    let at = 1;
    while (at < SIDE * SIDE && block[at] === first) at++;
    if (at === SIDE * SIDE) return this.#writeFlat(component, first);
    transformLines(block, this.#passed);
    transformLines(this.#passed, block);
    this.#writeFrequencies(component, block);
  }

  #writeFrequencies(component: number, block: Float32Array): void {
    const quantized = (at: number) => Math.round((block[at] as number) / (this.#steps[at] as number));
    this.#writeFirst(component, quantized(0));
    let zeros = 0;
    for (let at = 1; at < SIDE * SIDE; at++) {
      const value = quantized(ZIGZAG[at] as number);
      if (value === 0) zeros++;
      else {
        for (; zeros > 15; zeros -= 16) this.#writeCode(this.#acCodes, 0xf0);
        this.#writeValue(this.#acCodes, zeros, value);
        zeros = 0;
      }
    }
    if (zeros > 0) this.#writeCode(this.#acCodes, 0);
  }

  /** A block's mean, as its difference from the block before. */
  #writeFirst(component: number, value: number): void {
    this.#writeValue(this.#dcCodes, 0, value - (this.#former[component] as number));
    this.#former[component] = value;
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
