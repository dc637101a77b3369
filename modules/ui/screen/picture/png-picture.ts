import Inflate from "inflate";
import { type Block, bigEndian, checkSize, type Picture, PictureError } from "./picture.ts";
import type { PixelMaker } from "./pixel-maker.ts";

/** Where the first chunk's content begins: signature, length, kind (W3C PNG, 5.2 and 11.2.1). */
const HEADER = 16;
const CHUNK_OVERHEAD = 12;
const COMPRESSED = "IDAT";
const PALETTE = "PLTE";

/** Samples of a pixel by colour type: gray, -, colours, palette, gray and alpha, -, colours and alpha. */
const SAMPLES: readonly number[] = Object.freeze([1, 0, 3, 1, 2, 0, 4]);
const BY_PALETTE = 3;

/** Of compressed data, between two looks at the rest of the device: they may be a thousand times as many pixels. */
const STEP_BYTES = 64;

interface Head {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
}

function headOf(file: Uint8Array): Head {
  const [width, height] = [bigEndian(file, HEADER, 4), bigEndian(file, HEADER + 4, 4)];
  const [depth = 0, colorType = 0, , , interlace] = file.subarray(HEADER + 8, HEADER + 13);
  if (kindAt(file, 8) !== "IHDR") throw new PictureError("picture-broken", "PNG without a header");
  checkSize(width, height);
  if (depth > 8 || !SAMPLES[colorType]) {
    throw new PictureError("picture-unsupported", `PNG of ${depth} bits and colour type ${colorType} cannot be shown`);
  }
  if (interlace !== 0) throw new PictureError("picture-unsupported", "interlaced PNG cannot be shown");
  return { width, height, depth, colorType };
}

function kindAt(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at + 4, at + 8));
}

/** A PNG file: the SDK unpacks it, piece by piece; lines are put together here. */
export class PngPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #file: Uint8Array;
  readonly #head: Head;
  readonly #maker: PixelMaker;
  readonly #inflate = new Inflate();
  /** The chunk that is being read, and what of it has been. */
  #chunk = 8;
  #used = 0;
  #palette: Uint8Array = new Uint8Array(0);
  /** A line and the one before it, each with its filter in front. */
  #line: Uint8Array;
  #former: Uint8Array;
  #filled = 0;
  #row = 0;
  readonly #pixels: Uint8Array | Uint16Array;
  #onBlock: (block: Block) => void = () => undefined;

  constructor(file: Uint8Array, maker: PixelMaker) {
    this.#head = headOf(file);
    const { width, height, depth, colorType } = this.#head;
    this.width = width;
    this.height = height;
    this.#file = file;
    this.#maker = maker;
    const lineBytes = 1 + ((width * depth * (SAMPLES[colorType] as number) + 7) >> 3);
    this.#line = new Uint8Array(lineBytes);
    this.#former = new Uint8Array(lineBytes);
    this.#pixels = maker.line(width);
    this.#inflate.onData = (piece) => this.#take(new Uint8Array(piece));
    this.#inflate.onEnd = () => undefined;
  }

  readSome(onBlock: (block: Block) => void): boolean {
    this.#onBlock = onBlock;
    const at = this.#chunk;
    const length = bigEndian(this.#file, at, 4);
    const kind = kindAt(this.#file, at);
    if (at + CHUNK_OVERHEAD + length > this.#file.length || kind === "IEND") {
      throw new PictureError("picture-broken", `PNG file ends after ${this.#row} of ${this.height} lines`);
    }
    const content = this.#file.subarray(at + 8, at + 8 + length);
    if (kind === PALETTE) this.#palette = content;
    if (kind === COMPRESSED && this.#used < length) {
      this.#unpack(content.subarray(this.#used, this.#used + STEP_BYTES));
      this.#used += STEP_BYTES;
    } else {
      this.#chunk += CHUNK_OVERHEAD + length;
      this.#used = 0;
    }
    return this.#row < this.height;
  }

  close(): void {
    this.#inflate.close();
  }

  #unpack(bytes: Uint8Array): void {
    try {
      this.#inflate.push(bytes);
    } catch (cause) {
      if (cause instanceof PictureError) throw cause;
      throw new PictureError("picture-broken", "PNG file cannot be unpacked", { cause });
    }
  }

  #take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#row < this.height; ) {
      const count = Math.min(bytes.length - at, this.#line.length - this.#filled);
      this.#line.set(bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#line.length) this.#finishLine();
    }
  }

  #finishLine(): void {
    const { depth, colorType } = this.#head;
    const step = Math.max(1, (depth * (SAMPLES[colorType] as number)) >> 3);
    unfilter(this.#line, this.#former, step);
    this.#convert();
    const { width } = this;
    this.#onBlock({ x: 0, y: this.#row, width, height: 1, pixels: this.#pixels });
    this.#row++;
    [this.#line, this.#former] = [this.#former, this.#line];
    this.#filled = 0;
  }

  #convert(): void {
    const { depth, colorType } = this.#head;
    const samples = SAMPLES[colorType] as number;
    const hasAlpha = colorType === 4 || colorType === 6;
    const scale = colorType === BY_PALETTE ? 1 : 255 / (2 ** depth - 1);
    const sample = (index: number) => (depth === 8 ? (this.#line[1 + index] as number) : this.#bits(index) * scale);
    for (let x = 0; x < this.width; x++) {
      const first = x * samples;
      const value = sample(first);
      const alpha = hasAlpha ? sample(first + samples - 1) : 255;
      if (colorType === BY_PALETTE) {
        const [red = 0, green = 0, blue = 0] = this.#palette.subarray(value * 3, value * 3 + 3);
        this.#pixels[x] = this.#maker.pixel(red, green, blue, alpha);
      } else if (samples < 3) this.#pixels[x] = this.#maker.pixel(value, value, value, alpha);
      else this.#pixels[x] = this.#maker.pixel(value, sample(first + 1), sample(first + 2), alpha);
    }
  }

  /** A sample of less than eight bits; the leftmost is the highest. */
  #bits(index: number): number {
    const { depth } = this.#head;
    const bit = index * depth;
    const byte = this.#line[1 + (bit >> 3)] as number;
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
}

/** Takes back what the encoder did to a line (W3C PNG, 9.2). @param step bytes from a pixel to the next */
function unfilter(line: Uint8Array, former: Uint8Array, step: number): void {
  const filter = line[0] as number;
  if (filter > 4) throw new PictureError("picture-broken", `PNG line with unknown filter ${filter}`);
  if (filter === 0) return;
  for (let at = 1; at < line.length; at++) {
    const left = at > step ? (line[at - step] as number) : 0;
    const above = former[at] as number;
    const corner = at > step ? (former[at - step] as number) : 0;
    const guess =
      filter === 1 ? left : filter === 2 ? above : filter === 3 ? (left + above) >> 1 : paeth(left, above, corner);
    line[at] = (line[at] as number) + guess;
  }
}

/** Of the three the one that is nearest to what a plane through them would have here. */
function paeth(left: number, above: number, corner: number): number {
  const [fromLeft, fromAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const fromCorner = Math.abs(left + above - 2 * corner);
  if (fromLeft <= fromAbove && fromLeft <= fromCorner) return left;
  return fromAbove <= fromCorner ? above : corner;
}
