import Resource from "Resource";
import Bitmap from "commodetto/Bitmap";
import type Poco from "commodetto/Poco";

const HEADER_BYTES = 12;
const ENTRY_BYTES = 12;
/** A text on its way to the screen. */
export interface TextRun {
  readonly text: string;
  readonly color: number;
  readonly x: number;
  readonly y: number;
}

/**
 * A font in flash memory, as `xiaozhi make-fonts` writes it (cli/fonts/font-file.ts). A character that it lacks is
 * drawn as an empty box of half a line.
 */
export class Font {
  readonly lineHeight: number;
  readonly #file: ArrayBuffer;
  readonly #view: DataView;
  readonly #count: number;

  /** @param name of a file of the manifest's `data`, without its ending */
  constructor(name: string) {
    this.#file = new Resource(`${name}.xzf`);
    this.#view = new DataView(this.#file);
    this.lineHeight = this.#view.getUint16(4, true);
    this.#count = this.#view.getUint16(8, true);
  }

  /** Pixels that a text takes on one line. */
  width(text: string): number {
    let width = 0;
    for (const character of text) width += this.advance(character);
    return width;
  }

  /** Pixels that a character takes. */
  advance(character: string): number {
    const at = this.#find(character.codePointAt(0) as number);
    return at === undefined ? this.lineHeight >> 1 : this.#view.getUint8(at + 8);
  }

  /** Draws a text with its line's top left corner at x, y. */
  draw(poco: Poco, { text, color, x: start, y }: TextRun): void {
    let x = start;
    for (const character of text) {
      const at = this.#find(character.codePointAt(0) as number);
      if (at === undefined) this.#box(poco, color, x, y);
      else this.#glyph(poco, at, color, { x, y });
      x += at === undefined ? this.lineHeight >> 1 : this.#view.getUint8(at + 8);
    }
  }

  #box(poco: Poco, color: number, x: number, y: number): void {
    const width = (this.lineHeight >> 1) - 2;
    const height = this.lineHeight - 8;
    poco.blendRectangle(color, 96, x + 1, y + 4, width, height);
  }

  /** Its bitmap is made anew each time: kept ones took a fifth of a device's slots, and texts hardly repeat. */
  #glyph(poco: Poco, at: number, color: number, { x, y }: { readonly x: number; readonly y: number }): void {
    const view = this.#view;
    const [width, height] = [view.getUint8(at + 6), view.getUint8(at + 7)];
    // A space has none.
    if (height === 0) return;
    const offset = view.getUint16(at + 9, true) | (view.getUint8(at + 11) << 16);
    const bitmap = new Bitmap(width, height, Bitmap.Gray16, this.#file, offset);
    poco.drawGray(bitmap, color, x + view.getInt8(at + 4), y + view.getInt8(at + 5));
  }

  /** Where a character's entry begins. */
  #find(codePoint: number): number | undefined {
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = HEADER_BYTES + middle * ENTRY_BYTES;
      const found = this.#view.getUint32(at, true);
      if (found === codePoint) return at;
      if (found < codePoint) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
