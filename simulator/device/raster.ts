/** Formats of a screen's pixels, by their numbers in the SDK. */
export const PIXEL_FORMATS = { Gray256: 5, RGB565LE: 7 } as const;

export type PixelFormat = (typeof PIXEL_FORMATS)[keyof typeof PIXEL_FORMATS];

/** A rectangle by its edges; right and bottom lie outside. */
interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Part of a bitmap, and where it goes. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly sx: number;
  readonly sy: number;
  readonly sw: number;
  readonly sh: number;
}

/** A bitmap's rows, one after the other. */
export interface Bits {
  readonly pixels: Uint8Array;
  /** In pixels. */
  readonly width: number;
}

/** A colour, and how much it covers: 0 (nothing) to 255 (all). */
export interface Ink {
  readonly color: number;
  readonly blend: number;
}

/** What was never painted: nobody draws in this colour. */
const UNPAINTED = { [PIXEL_FORMATS.Gray256]: 0x5a, [PIXEL_FORMATS.RGB565LE]: 0xf81f } as const;

/** Red, green and blue of a 565 pixel, spread so that one multiplication blends all three. */
const SPREAD = 0x07e0f81f;
const HALF = 0x02008010;

function spread(pixel: number): number {
  return (pixel | (pixel << 16)) & SPREAD;
}

/** Blends as the SDK does, to the bit. @param level 0 to 31 */
function blend565(under: number, color: number, level: number): number {
  const below = spread(under);
  let mixed = (Math.imul(level, spread(color) - below) + (below << 5) - below + HALF) | 0;
  mixed = (mixed + ((mixed >>> 5) & SPREAD)) | 0;
  mixed = (mixed >>> 5) & SPREAD;
  return (mixed | (mixed >>> 16)) & 0xffff;
}

/** The pixels of the area that is drawn now: what Poco does between `begin` and `end`. */
export class Raster {
  readonly #size: Size;
  readonly #format: PixelFormat;
  #area: Edges = { left: 0, top: 0, right: 0, bottom: 0 };
  #clips: Edges[] = [];
  #origins: (readonly [number, number])[] = [];
  #pixels = new Uint16Array(0);

  constructor(size: Size, format: PixelFormat) {
    this.#size = size;
    this.#format = format;
  }

  /** x, y, width and height of the area, as far as it lies on the screen. */
  get area(): readonly [number, number, number, number] {
    const { left, top, right, bottom } = this.#area;
    return [left, top, right - left, bottom - top];
  }

  begin(x: number, y: number, width: number, height: number): void {
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const right = Math.max(left, Math.min(this.#size.width, x + width));
    const bottom = Math.max(top, Math.min(this.#size.height, y + height));
    this.#area = { left, top, right, bottom };
    this.#clips = [];
    this.#origins = [];
    this.#pixels = new Uint16Array((right - left) * (bottom - top)).fill(UNPAINTED[this.#format]);
  }

  /** Bytes of some lines of the area, as a screen gets them. */
  lines(first: number, count: number): Uint8Array {
    const width = this.#area.right - this.#area.left;
    const pixels = this.#pixels.slice(first * width, (first + count) * width);
    return this.#format === PIXEL_FORMATS.Gray256 ? Uint8Array.from(pixels) : new Uint8Array(pixels.buffer);
  }

  /** Narrows drawing to a rectangle; gives whether anything is left of it. */
  clip(x: number, y: number, width: number, height: number): boolean {
    const [ox, oy] = this.#origin;
    const outer = this.#clip;
    const left = Math.max(outer.left, x + ox);
    const top = Math.max(outer.top, y + oy);
    const right = Math.min(outer.right, x + ox + width);
    const bottom = Math.min(outer.bottom, y + oy + height);
    const isEmpty = left >= right || top >= bottom;
    this.#clips.push(isEmpty ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom });
    return !isEmpty;
  }

  unclip(): void {
    this.#clips.pop();
  }

  /** Moves what follows by so much more; without arguments, takes the last move back. */
  moveOrigin(x?: number, y = 0): void {
    if (x === undefined) this.#origins.pop();
    else this.#origins.push([this.#origin[0] + x, this.#origin[1] + y]);
  }

  fill({ color, blend }: Ink, x: number, y: number, size: Size): void {
    const level = blend >> 3;
    if (blend === 0) return;
    this.#each({ x, y, sx: 0, sy: 0, sw: size.width, sh: size.height }, (at) => {
      this.#pixels[at] = blend === 255 ? color : this.#blendFlat(this.#pixels[at] as number, color, level);
    });
  }

  bitmap({ pixels, width }: Bits, place: Placement): void {
    const bytes = this.#format === PIXEL_FORMATS.Gray256 ? 1 : 2;
    this.#each(place, (at, sx, sy) => {
      const from = (sy * width + sx) * bytes;
      const high = bytes === 2 ? (pixels[from + 1] as number) << 8 : 0;
      this.#pixels[at] = (pixels[from] as number) | high;
    });
  }

  /** @param colors of ones and of zeros; -1 leaves them as they are */
  monochrome({ pixels, width }: Bits, colors: readonly [ones: number, zeros: number], place: Placement): void {
    const rowBytes = (width + 7) >> 3;
    this.#each(place, (at, sx, sy) => {
      const isOne = ((pixels[sy * rowBytes + (sx >> 3)] as number) >> (7 - (sx & 7))) & 1;
      const color = colors[1 - isOne] as number;
      if (color >= 0) this.#pixels[at] = color;
    });
  }

  /** Four bits a pixel, the left one in the high half of its byte: 0 covers, 15 lets through. */
  gray({ pixels, width }: Bits, { color, blend }: Ink, place: Placement): void {
    // As in the SDK: an odd width loses half a byte a row.
    const rowBytes = width >> 1;
    this.#each(place, (at, sx, sy) => {
      const pair = pixels[sy * rowBytes + (sx >> 1)] ?? 0xff;
      const value = sx & 1 ? pair & 15 : pair >> 4;
      this.#pixels[at] = this.#blendGray(this.#pixels[at] as number, color, blend >> 4, value);
    });
  }

  get #clip(): Edges {
    return this.#clips.at(-1) ?? this.#area;
  }

  get #origin(): readonly [number, number] {
    return this.#origins.at(-1) ?? [0, 0];
  }

  #blendFlat(under: number, color: number, level: number): number {
    if (this.#format === PIXEL_FORMATS.RGB565LE) return blend565(under, color, level);
    return ((under * (31 - level) + color * level) & 0xffff) >> 5;
  }

  #blendGray(under: number, color: number, strength: number, value: number): number {
    if (this.#format === PIXEL_FORMATS.RGB565LE) {
      const level = grayLevel(strength, value, 31);
      return level === 31 ? color : level === 0 ? under : blend565(under, color, level);
    }
    const level = grayLevel(strength, value, 15);
    if (level === 0) return under;
    return (under * (15 - level) + color * level) >> 4;
  }

  /** Calls `paint` for each pixel of a placement that may be drawn: its index, and where it comes from. */
  #each({ x, y, sx, sy, sw, sh }: Placement, paint: (at: number, sx: number, sy: number) => void): void {
    const [ox, oy] = this.#origin;
    const { left, top, right, bottom } = this.#clip;
    const width = this.#area.right - this.#area.left;
    for (let row = Math.max(0, top - y - oy); row < Math.min(sh, bottom - y - oy); row++) {
      const line = (y + oy + row - this.#area.top) * width;
      for (let column = Math.max(0, left - x - ox); column < Math.min(sw, right - x - ox); column++) {
        paint(line + x + ox + column - this.#area.left, sx + column, sy + row);
      }
    }
  }
}

/** How much of the colour comes through, 0 to `full`. */
function grayLevel(strength: number, value: number, full: number): number {
  return Math.floor((full * strength * (15 - value)) / 225 + 0.5);
}
