import Bitmap from "commodetto/Bitmap";
import { call } from "host";

type Block = Bitmap & { x: number; y: number };

/**
 * Twin of `commodetto/ReadJPEG`: blocks in the format of the screen. The SDK is built for one format; here it is that of
 * the screen which was opened last.
 */
export default class JPEG {
  readonly width: number;
  readonly height: number;
  readonly #block: readonly [number, number];
  #x = 0;
  #y = 0;

  constructor(buffer: ArrayBuffer | Uint8Array) {
    const [width = 0, height = 0, across = 0, down = 0] = this.#attempt(() => call<number[]>("jpeg.open", buffer));
    this.width = width;
    this.height = height;
    this.#block = [across, down];
  }

  /** The next block; undefined after the last one. */
  read(): Block | undefined {
    if (this.#y >= this.height) return undefined;
    const [across, down] = this.#block;
    const [x, y] = [this.#x, this.#y];
    const width = Math.min(across, this.width - x);
    const height = Math.min(down, this.height - y);
    const format = call<number>("screen.format");
    const pixels = call<ArrayBuffer>("jpeg.block", format, x, y, width, height);
    this.#x += across;
    if (this.#x >= this.width) [this.#x, this.#y] = [0, y + down];
    return Object.assign(new Bitmap(width, height, format, pixels, 0), { x, y });
  }

  close(): void {}

  #attempt<T>(open: () => T): T {
    try {
      return open();
    } catch {
      throw new Error("jpeg init failed");
    }
  }
}
