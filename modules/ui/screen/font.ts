import Resource from "Resource";
import Bitmap from "commodetto/Bitmap";
import type Poco from "commodetto/Poco";

const HEADER_BYTES = 12;
const ENTRY_BYTES = 12;
/** Glyphs whose bitmaps are kept: a screen full of text has few different ones. */
const KEPT_GLYPHS = 64;

/** A glyph as it is drawn. */
interface Glyph {
  readonly left: number;
  readonly top: number;
  readonly advance: number;
  /** Absent for a space. */
  readonly bitmap: Bitmap | undefined;
}

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
  #kept = new Map<number, Glyph>();

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
      const glyph = this.#glyph(character.codePointAt(0) as number);
      if (glyph?.bitmap) poco.drawGray(glyph.bitmap, color, x + glyph.left, y + glyph.top);
      else if (!glyph) this.#box(poco, color, x, y);
      x += glyph?.advance ?? this.lineHeight >> 1;
    }
  }

  #box(poco: Poco, color: number, x: number, y: number): void {
    const width = (this.lineHeight >> 1) - 2;
    const height = this.lineHeight - 8;
    poco.blendRectangle(color, 96, x + 1, y + 4, width, height);
  }

  #glyph(codePoint: number): Glyph | undefined {
    const kept = this.#kept.get(codePoint);
    if (kept) return kept;
    const at = this.#find(codePoint);
    if (at === undefined) return undefined;
    const view = this.#view;
    const [width, height] = [view.getUint8(at + 6), view.getUint8(at + 7)];
    const offset = view.getUint16(at + 9, true) | (view.getUint8(at + 11) << 16);
    const bitmap = height > 0 ? new Bitmap(width, height, Bitmap.Gray16, this.#file, offset) : undefined;
    const glyph = { left: view.getInt8(at + 4), top: view.getInt8(at + 5), advance: view.getUint8(at + 8), bitmap };
    if (this.#kept.size >= KEPT_GLYPHS) this.#kept.clear();
    this.#kept.set(codePoint, glyph);
    return glyph;
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
