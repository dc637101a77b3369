/** Why a picture cannot be shown. */
export type PictureFault = "picture-unknown" | "picture-unsupported" | "picture-broken" | "picture-replaced";

export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly code: PictureFault;

  constructor(code: PictureFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Part of a picture. Blocks come in rows from top to bottom, those of a row have the same `y` and `height`. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Line by line, in the format of the screen. */
  readonly pixels: Uint8Array | Uint16Array;
}

/** A picture that is read bit by bit: none fits into the memory of a device. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /**
   * Reads on for a moment, and gives blocks to `onBlock`; false when all have come.
   * @throws PictureError
   */
  readSome(onBlock: (block: Block) => void): boolean;
  close(): void;
}

/** The most of either side. */
const MAX_SIDE = 2000;

/** @throws PictureError for a size that no reader takes */
export function checkSize(width: number, height: number): void {
  if (width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE) return;
  throw new PictureError("picture-unsupported", `picture of ${width} x ${height}: expected 1 to ${MAX_SIDE} a side`);
}

export function bigEndian(file: Uint8Array, at: number, bytes: 2 | 4): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) value = value * 256 + (file[at + index] ?? 0);
  return value;
}
