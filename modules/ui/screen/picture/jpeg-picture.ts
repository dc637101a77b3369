import Bitmap from "commodetto/Bitmap";
import JPEG from "commodetto/ReadJPEG";
import { type Block, bigEndian, checkSize, type Picture, PictureError } from "./picture.ts";

/** Markers (ITU-T T.81, table B.1): sequential frames with codes of Huffman are what the SDK's reader knows. */
const BASELINE = 0xc0;
const LAST_FRAME = 0xcf;
/** Among the frames, but none: tables of codes, a reserved one, arithmetic coding. */
const NO_FRAMES: readonly number[] = Object.freeze([0xc4, 0xc8, 0xcc]);

/** Blocks of colour for one of brightness that the reader knows, as `across * 16 + down`. */
const SAMPLINGS: readonly number[] = Object.freeze([0x11, 0x21, 0x22]);
const COMPONENTS = 3;

/** Width and height of a JPEG file that the SDK can read. */
function checkJpeg(file: Uint8Array): { width: number; height: number } {
  for (let at = 2; at + 9 < file.length; at += 2 + bigEndian(file, at + 2, 2)) {
    const marker = file[at + 1] as number;
    if (file[at] !== 0xff) break;
    if (marker < BASELINE || marker > LAST_FRAME || NO_FRAMES.includes(marker)) continue;
    if (marker !== BASELINE) throw new PictureError("picture-unsupported", "only baseline JPEG can be shown");
    const [height, width] = [bigEndian(file, at + 5, 2), bigEndian(file, at + 7, 2)];
    checkSize(width, height);
    if (file[at + 9] !== COMPONENTS) throw new PictureError("picture-unsupported", "only JPEG in colour can be shown");
    const sampling = file[at + 11] as number;
    if (SAMPLINGS.includes(sampling)) return { width, height };
    throw new PictureError("picture-unsupported", `JPEG sampled as ${sampling.toString(16)} cannot be shown`);
  }
  throw new PictureError("picture-broken", "JPEG without a frame");
}

/** A JPEG file. The SDK's reader has one state for all: while one is read, no other may be opened. */
export class JpegPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #reader: JPEG;
  /** Line of blocks that is being read. */
  #row = 0;

  constructor(file: Uint8Array) {
    const { width, height } = checkJpeg(file);
    this.width = width;
    this.height = height;
    this.#reader = attempt(() => new JPEG(file));
  }

  /** A row of blocks at a time. */
  readSome(onBlock: (block: Block) => void): boolean {
    for (;;) {
      const bitmap = attempt(() => this.#reader.read());
      if (!bitmap) return false;
      const { x, y, width, height } = bitmap;
      onBlock({ x, y, width, height, pixels: pixelsOf(bitmap) });
      if (x + width < this.width) continue;
      this.#row = y + height;
      return this.#row < this.height;
    }
  }

  close(): void {}
}

/** The reader uses the same memory for each block. */
function pixelsOf(bitmap: Bitmap & { readonly buffer: ArrayBuffer }): Block["pixels"] {
  const count = bitmap.width * bitmap.height;
  const isGray = bitmap.pixelFormat === Bitmap.Gray256;
  return isGray ? new Uint8Array(bitmap.buffer, 0, count) : new Uint16Array(bitmap.buffer, 0, count);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PictureError("picture-broken", "JPEG file is broken", { cause });
  }
}
