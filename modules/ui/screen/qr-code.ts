import { frozen } from "../../../protocol/frozen.ts";

/**
 * QR codes (ISO/IEC 18004): bytes, error correction of level L, versions 1 to 5, which have one block of code
 * words. That is 106 bytes: enough for the name of a network or an address.
 */

/** Code words by version: of data, and of error correction. */
const VERSIONS: readonly (readonly [number, number])[] = frozen([
  [19, 7],
  [34, 10],
  [55, 15],
  [80, 20],
  [108, 26],
]);

/** What precedes the bytes: four bits of mode, eight of length. */
const HEADER_BITS = 12;
const PADDING = frozen([0xec, 0x11]);

/** Level L with mask 0, protected as the standard says: the same for every code of this encoder. */
const FORMAT_BITS = 0b111011111000100;

/** Squares, dark or light, line by line. */
export interface QrCode {
  readonly size: number;
  isDark(x: number, y: number): boolean;
}

const LIGHT = 1;
const DARK = 2;

class Squares implements QrCode {
  readonly size: number;
  /** 0 where nothing has been drawn yet. */
  readonly #squares: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.#squares = new Uint8Array(size * size);
  }

  isDark(x: number, y: number): boolean {
    return this.#squares[y * this.size + x] === DARK;
  }

  isFree(x: number, y: number): boolean {
    return this.#squares[y * this.size + x] === 0;
  }

  set(x: number, y: number, isDark: boolean): void {
    if (x >= 0 && y >= 0 && x < this.size && y < this.size) this.#squares[y * this.size + x] = isDark ? DARK : LIGHT;
  }
}

/** The code of a text in UTF-8; undefined when it is longer than 106 bytes. */
export function qrCode(bytes: Uint8Array): QrCode | undefined {
  const version = VERSIONS.findIndex(([data]) => bytes.length * 8 + HEADER_BITS <= data * 8) + 1;
  if (version === 0) return undefined;
  const [dataCount, checkCount] = VERSIONS[version - 1] as readonly [number, number];
  const data = dataWords(bytes, dataCount);
  const squares = new Squares(17 + 4 * version);
  drawPatterns(squares, version);
  drawWords(squares, [...data, ...checkWords(data, checkCount)]);
  return squares;
}

/** Mode, length, bytes, an end, and padding. */
function dataWords(bytes: Uint8Array, count: number): number[] {
  const words: number[] = [0x40 | (bytes.length >> 4)];
  let carried = bytes.length & 15;
  for (const byte of bytes) {
    words.push((carried << 4) | (byte >> 4));
    carried = byte & 15;
  }
  words.push(carried << 4);
  for (let at = 0; words.length < count; at++) words.push(PADDING[at % 2] as number);
  return words;
}

/** Product in the field of 256 elements with x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
}

/** The remainder of a Reed-Solomon code. */
function checkWords(data: readonly number[], count: number): number[] {
  const divisor: number[] = Array.from({ length: count }, (_, at) => (at === count - 1 ? 1 : 0));
  let root = 1;
  for (let at = 0; at < count; at++) {
    for (let term = 0; term < count; term++) {
      divisor[term] = multiply(divisor[term] as number, root) ^ (divisor[term + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  const rest: number[] = Array.from({ length: count }, () => 0);
  for (const word of data) {
    const factor = word ^ (rest.shift() as number);
    rest.push(0);
    for (let term = 0; term < count; term++)
      rest[term] = (rest[term] as number) ^ multiply(divisor[term] as number, factor);
  }
  return rest;
}

function drawPatterns(squares: Squares, version: number): void {
  const { size } = squares;
  for (let at = 8; at < size - 8; at++) {
    squares.set(at, 6, at % 2 === 0);
    squares.set(6, at, at % 2 === 0);
  }
  drawRings(squares, 3, 3, 4);
  drawRings(squares, size - 4, 3, 4);
  drawRings(squares, 3, size - 4, 4);
  if (version > 1) drawRings(squares, size - 7, size - 7, 2);
  drawFormat(squares);
}

/** Squares around a centre: a finder has a dark core of 3, a light ring, a dark and a light one; the small ones less. */
function drawRings(squares: Squares, x: number, y: number, reach: number): void {
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const distance = Math.max(Math.abs(dx), Math.abs(dy));
      squares.set(x + dx, y + dy, reach === 4 ? distance !== 2 && distance !== 4 : distance !== 1);
    }
  }
}

/** Twice, beside the finders. */
function drawFormat(squares: Squares): void {
  const { size } = squares;
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((FORMAT_BITS >> bit) & 1) === 1;
    const near = bit < 6 ? bit : bit < 8 ? bit + 1 : 0;
    if (bit < 8) squares.set(8, near, isDark);
    else squares.set(bit === 8 ? 7 : 14 - bit, 8, isDark);
    if (bit < 8) squares.set(size - 1 - bit, 8, isDark);
    else squares.set(8, size - 15 + bit, isDark);
  }
  squares.set(8, size - 8, true);
}

/** In columns of two from the right, up and down in turn, with mask 0 over them. */
function drawWords(squares: Squares, words: readonly number[]): void {
  const { size } = squares;
  let bit = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--;
    const isUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (!squares.isFree(x, y)) continue;
        const isSet = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        squares.set(x, y, isSet !== ((x + y) % 2 === 0));
        bit++;
      }
    }
  }
}
