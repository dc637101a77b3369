import Bitmap from "commodetto/Bitmap";
import type Poco from "commodetto/Poco";
import type { Block } from "./picture.ts";
import type { PixelMaker } from "./pixel-maker.ts";

/** Lines of the highest block that readers give. */
const BLOCK_LINES = 16;

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PainterParts {
  readonly poco: Poco;
  readonly maker: PixelMaker;
  /** Of the picture. */
  readonly size: Size;
  /** Around the picture. */
  readonly background: number;
  /** The panel takes whole pictures only. */
  readonly isWhole: boolean;
}

/** Paints a picture in the middle of the screen while it is read, made smaller until it fits: the nearest pixel counts. */
export class PicturePainter {
  readonly #parts: PainterParts;
  readonly #width: number;
  readonly #height: number;
  readonly #left: number;
  readonly #top: number;
  /** Lines that are not on the screen yet, from `#first` on. */
  readonly #lines: Uint8Array | Uint16Array;
  #first = 0;
  #end = 0;

  constructor(parts: PainterParts) {
    const { poco, maker, size, background, isWhole } = parts;
    this.#parts = parts;
    const scale = Math.min(1, poco.width / size.width, poco.height / size.height);
    // Some panels take pairs of lines and columns only.
    this.#width = Math.max(2, Math.floor(size.width * scale) & ~1);
    this.#height = Math.max(1, Math.floor(size.height * scale));
    this.#left = ((poco.width - this.#width) >> 1) & ~1;
    this.#top = ((poco.height - this.#height) >> 1) & ~1;
    const room = isWhole ? this.#height : Math.min(this.#height, BLOCK_LINES + 1) + 1;
    this.#lines = maker.line(this.#width * (room + 1));
    if (!isWhole) {
      poco.begin(0, 0, poco.width, poco.height);
      poco.fillRectangle(background, 0, 0, poco.width, poco.height);
      poco.end();
    }
  }

  /** Takes what is seen of a block. */
  take({ x, y, width, height, pixels }: Block): void {
    const { size, isWhole } = this.#parts;
    const [across, down] = [size.width / this.#width, size.height / this.#height];
    const top = Math.ceil(y / down);
    const bottom = Math.min(this.#height, Math.ceil((y + height) / down));
    if (top > this.#end - 1 && !isWhole) this.#flush();
    this.#end = Math.max(this.#end, bottom);
    const left = Math.ceil(x / across);
    const right = Math.min(this.#width, Math.ceil((x + width) / across));
    for (let row = top; row < bottom; row++) {
      const from = Math.min(height - 1, Math.floor(row * down) - y) * width - x;
      const to = (row - this.#first) * this.#width;
      for (let column = left; column < right; column++) {
        const source = Math.min(x + width - 1, Math.floor(column * across));
        this.#lines[to + column] = pixels[from + source] as number;
      }
    }
  }

  /** All blocks have come. */
  finish(): void {
    const { poco, background, isWhole } = this.#parts;
    if (isWhole) {
      poco.begin(0, 0, poco.width, poco.height);
      poco.fillRectangle(background, 0, 0, poco.width, poco.height);
      poco.drawBitmap(this.#bitmap(this.#height), this.#left, this.#top);
      poco.end();
      return;
    }
    this.#flush();
    if (this.#first < this.#end) this.#draw(1, 2);
  }

  /** Draws pairs of lines; an odd one waits for the next block. */
  #flush(): void {
    const count = (this.#end - this.#first) & ~1;
    if (count === 0) return;
    this.#draw(count, count);
    this.#lines.copyWithin(0, count * this.#width, (this.#end - this.#first) * this.#width);
    this.#first += count;
  }

  /** @param height of the area: more than the lines when one has no other */
  #draw(count: number, height: number): void {
    const { poco, background } = this.#parts;
    const top = this.#top + this.#first;
    poco.begin(this.#left, top, this.#width, Math.min(height, poco.height - top));
    if (height > count) poco.fillRectangle(background, this.#left, top, this.#width, height);
    poco.drawBitmap(this.#bitmap(count), this.#left, top);
    poco.end();
  }

  #bitmap(lines: number): Bitmap {
    return new Bitmap(this.#width, lines, this.#parts.maker.format, this.#lines.buffer as ArrayBuffer, 0);
  }
}
