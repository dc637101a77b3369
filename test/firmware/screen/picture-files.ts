import { deflateSync } from "node:zlib";

export type Rgb = readonly [number, number, number];

/** What a picture is at a pixel. */
export type Paint = (x: number, y: number) => Rgb;

function chunk(kind: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(kind), content, Buffer.alloc(4)]);
}

export interface PngKind {
  readonly colorType?: number;
  readonly depth?: number;
  readonly interlace?: number;
  readonly palette?: readonly Rgb[];
  /** The lines' bytes without their filters; by default colours, 8 bits each. */
  readonly line?: (y: number) => readonly number[];
  /** The filter of a line; 0 (none) to 4. */
  readonly filter?: (y: number) => number;
}

function paeth(left: number, above: number, corner: number): number {
  const distances = [left, above, corner].map((value) => Math.abs(left + above - corner - value));
  return [left, above, corner][distances.indexOf(Math.min(...distances))] as number;
}

/** The filter is that of the whole line; pixels are `step` bytes apart. */
function filtered(line: readonly number[], former: readonly number[], filter: number, step: number): number[] {
  return line.map((value, at) => {
    const left = line[at - step] ?? 0;
    const above = former[at] ?? 0;
    const corner = at < step ? 0 : (former[at - step] ?? 0);
    const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
    return (value - (guesses[filter] as number)) & 255;
  });
}

/** A PNG file. */
export function pngFile(width: number, height: number, paint: Paint, kind: PngKind = {}): Buffer {
  const { colorType = 2, depth = 8, interlace = 0, palette, filter = () => 0 } = kind;
  const { line = (y: number) => Array.from({ length: width }, (_, x) => paint(x, y)).flat() } = kind;
  const lines = Array.from({ length: height }, (_, y) => line(y));
  const step = Math.max(1, (([1, 0, 3, 1, 2, 0, 4][colorType] as number) * depth) >> 3);
  const bytes = lines.flatMap((now, y) => [filter(y), ...filtered(now, lines[y - 1] ?? [], filter(y), step)]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colorType, 0, 0, interlace], 8);
  const packed = deflateSync(Uint8Array.from(bytes));
  const middle = packed.length >> 1;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("tEXt", Buffer.from("Comment\0of no matter")),
    ...(palette ? [chunk("PLTE", Uint8Array.from(palette.flat()))] : []),
    chunk("IDAT", packed.subarray(0, middle)),
    chunk("IDAT", packed.subarray(middle)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function segment(marker: number, content: readonly number[]): number[] {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
}

/** A number as JPEG has it: four bits that say how many follow. */
function coded(value: number): string {
  const bits = value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
  const rest = value < 0 ? value + 2 ** bits - 1 : value;
  return bits.toString(2).padStart(4, "0") + (bits === 0 ? "" : rest.toString(2).padStart(bits, "0"));
}

/** @param sampling of brightness: 0x11, 0x21, 0x22; each block of 8 x 8 has the colour of its middle */
export function jpegFile(width: number, height: number, paint: Paint, sampling = 0x22): Buffer {
  const [across, down] = [sampling >> 4, sampling & 15];
  const ycc = ([red, green, blue]: Rgb): number[] => {
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    return [luma - 128, (blue - luma) * 0.564, (red - luma) * 0.713].map(Math.round);
  };
  const former = [0, 0, 0];
  let bits = "";
  const put = (component: number, value: number) => {
    bits += `${coded(value - (former[component] as number))}0`;
    former[component] = value;
  };
  for (let top = 0; top < height; top += 8 * down) {
    for (let left = 0; left < width; left += 8 * across) {
      for (let block = 0; block < across * down; block++) {
        put(0, ycc(paint(left + 8 * (block % across) + 4, top + 8 * Math.floor(block / across) + 4))[0] as number);
      }
      const middle = ycc(paint(left + 4 * across, top + 4 * down));
      put(1, middle[1] as number);
      put(2, middle[2] as number);
    }
  }
  bits += "1".repeat((8 - (bits.length % 8)) % 8);
  const data = [...bits.matchAll(/.{8}/g)].map(([byte]) => Number.parseInt(byte, 2));
  const dcCodes = [0, 0, 0, 12, ...new Array<number>(12).fill(0), ...Array.from({ length: 12 }, (_, at) => at)];
  const acCodes = [1, ...new Array<number>(15).fill(0), 0];
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    ...segment(0xc0, [
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      3,
      1,
      sampling,
      0,
      2,
      0x11,
      0,
      3,
      0x11,
      0,
    ]),
    ...segment(0xc4, [0x00, ...dcCodes]),
    ...segment(0xc4, [0x10, ...acCodes]),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    ...data.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])),
    ...[0xff, 0xd9],
  ]);
}
