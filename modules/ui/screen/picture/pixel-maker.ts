import Bitmap from "commodetto/Bitmap";

/** Makes pixels in the format of a screen; what lets through shows the colour behind. */
export class PixelMaker {
  readonly format: number;
  readonly #behind: readonly [number, number, number];

  /** @param format of `commodetto/Bitmap`: RGB565LE or Gray256 */
  constructor(format: number, behind: readonly [number, number, number]) {
    this.format = format;
    this.#behind = behind;
  }

  /** Room for so many pixels. */
  line(count: number): Uint8Array | Uint16Array {
    return this.format === Bitmap.Gray256 ? new Uint8Array(count) : new Uint16Array(count);
  }

  /** All from 0 to 255; as the SDK's renderer makes its colours. */
  pixel(red: number, green: number, blue: number, alpha: number): number {
    const [r, g, b] = alpha >= 255 ? [red, green, blue] : this.#mixed([red, green, blue], alpha / 255);
    if (this.format === Bitmap.Gray256) return (3 * r + 4 * g + b) >> 3;
    return ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
  }

  #mixed(color: readonly [number, number, number], share: number): [number, number, number] {
    const [red, green, blue] = this.#behind;
    const mix = (over: number, under: number) => Math.round(over * share + under * (1 - share));
    return [mix(color[0], red), mix(color[1], green), mix(color[2], blue)];
  }
}
