import type { Glyph } from "./font-file.ts";

/** The part of `@napi-rs/canvas` that is used; it is fetched only to make fonts. */
export interface CanvasLibrary {
  createCanvas(width: number, height: number): Canvas;
  readonly GlobalFonts: { registerFromPath(path: string, name: string): unknown };
}

interface Canvas {
  getContext(kind: "2d"): {
    font: string;
    fillStyle: string;
    textBaseline: string;
    clearRect(x: number, y: number, width: number, height: number): void;
    fillText(text: string, x: number, y: number): void;
    measureText(text: string): { readonly width: number };
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** How a font is drawn. */
export interface Drawing {
  /** As registered, with its size: "20px text". */
  readonly font: string;
  /** Pixels around the pen: more than any glyph reaches. */
  readonly canvas: number;
  /** Pixels from the line's top to where letters stand. */
  readonly baseline: number;
  /** Least share of ink, 0 to 255, that counts in a font without grays; undefined for one with them. */
  readonly threshold?: number;
}

/** Draws characters one by one. */
export class Rasterizer {
  readonly #drawing: Drawing;
  readonly #context: ReturnType<Canvas["getContext"]>;

  constructor(library: CanvasLibrary, drawing: Drawing) {
    const { canvas, font } = drawing;
    this.#drawing = drawing;
    this.#context = library.createCanvas(canvas, canvas).getContext("2d");
    this.#context.font = font;
    this.#context.fillStyle = "#000";
    this.#context.textBaseline = "alphabetic";
  }

  /** The glyph of a character, cut to its ink. */
  draw(character: string): Glyph {
    const { canvas, baseline } = this.#drawing;
    const origin = Math.floor(canvas / 4);
    this.#context.clearRect(0, 0, canvas, canvas);
    this.#context.fillText(character, origin, origin + baseline);
    const { data } = this.#context.getImageData(0, 0, canvas, canvas);
    const ink = (x: number, y: number) => this.#ink(data[(y * canvas + x) * 4 + 3] as number);
    const box = inked(canvas, ink);
    const width = box.right - box.left + ((box.right - box.left) % 2);
    const height = box.bottom - box.top;
    const pixels = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const x = box.left + column;
        pixels[row * width + column] = x < box.right ? ink(x, box.top + row) : 0;
      }
    }
    return {
      codePoint: character.codePointAt(0) as number,
      left: height === 0 ? 0 : box.left - origin,
      top: height === 0 ? 0 : box.top - origin,
      width,
      height,
      advance: Math.round(this.#context.measureText(character).width),
      ink: pixels,
    };
  }

  /** 0 to 15 */
  #ink(alpha: number): number {
    const { threshold } = this.#drawing;
    if (threshold !== undefined) return alpha >= threshold ? 15 : 0;
    return Math.round(alpha / 17);
  }
}

/** The smallest box that holds all ink; empty for a space. */
function inked(canvas: number, ink: (x: number, y: number) => number) {
  let [left, top, right, bottom] = [canvas, canvas, 0, 0];
  for (let y = 0; y < canvas; y++) {
    for (let x = 0; x < canvas; x++) {
      if (ink(x, y) === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right === 0 ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom };
}
