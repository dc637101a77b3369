/** A picture: red, green, blue, line by line. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const ORDER = orderOfBlock();

/** Diagonals in turn up and down. */
function orderOfBlock(): number[] {
  const all = Array.from({ length: 64 }, (_, at) => ({ x: at % 8, y: at >> 3 }));
  const along = ({ x, y }: { x: number; y: number }) => ((x + y) % 2 === 0 ? x : y);
  return all.sort((a, b) => a.x + a.y - b.x - b.y || along(a) - along(b)).map(({ x, y }) => y * 8 + x);
}

type Codes = Map<string, number>;

/** Decodes baseline JPEG files of three components without subsampling, in the plainest way. Throws for others. */
export function decodeJpeg(file: Uint8Array): Decoded {
  const steps: number[] = [];
  const tables = new Map<number, Codes>();
  let [width, height, at] = [0, 0, 2];
  for (;;) {
    if (file[at] !== 0xff) throw new Error(`no marker at ${at}`);
    const marker = file[at + 1] as number;
    const length = ((file[at + 2] as number) << 8) | (file[at + 3] as number);
    const content = file.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === 0xdb) steps.push(...content.subarray(1));
    if (marker === 0xc0) {
      [height, width] = [
        ((content[1] as number) << 8) | (content[2] as number),
        ((content[3] as number) << 8) | (content[4] as number),
      ];
    }
    if (marker === 0xc4) readTables(content, tables);
    if (marker === 0xda) break;
  }
  return { width, height, rgb: readPicture({ width, height, steps, tables, bits: bitsOf(file.subarray(at)) }) };
}

function readTables(content: Uint8Array, tables: Map<number, Codes>): void {
  let at = 0;
  while (at < content.length) {
    const codes: Codes = new Map();
    let code = 0;
    let value = at + 17;
    for (let bits = 1; bits <= 16; bits++) {
      for (let of = 0; of < (content[at + bits] as number); of++) {
        codes.set(code.toString(2).padStart(bits, "0"), content[value++] as number);
        code++;
      }
      code *= 2;
    }
    tables.set(content[at] as number, codes);
    at = value;
  }
}

/** The picture's bits as text, without the zeros that follow 0xff. */
function bitsOf(data: Uint8Array): string {
  let bits = "";
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0xff && data[at + 1] === 0xd9) return bits;
    bits += (data[at] as number).toString(2).padStart(8, "0");
    if (data[at] === 0xff) at++;
  }
  throw new Error("the file has no end");
}

interface Scan {
  readonly width: number;
  readonly height: number;
  readonly steps: readonly number[];
  readonly tables: Map<number, Codes>;
  readonly bits: string;
}

function readPicture({ width, height, steps, tables, bits }: Scan): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  const former = [0, 0, 0];
  let at = 0;
  const next = (codes: Codes | undefined): number => {
    for (let length = 1; length <= 16; length++) {
      const value = codes?.get(bits.slice(at, at + length));
      if (value === undefined) continue;
      at += length;
      return value;
    }
    throw new Error(`no code at bit ${at}`);
  };
  const number = (count: number): number => {
    if (count === 0) return 0;
    const value = Number.parseInt(bits.slice(at, at + count), 2);
    at += count;
    return value < 2 ** (count - 1) ? value - 2 ** count + 1 : value;
  };
  const block = (component: number): number[] => {
    const values = new Array<number>(64).fill(0);
    former[component] = (former[component] as number) + number(next(tables.get(0)));
    values[0] = (former[component] as number) * (steps[0] as number);
    for (let index = 1; index < 64; index++) {
      const code = next(tables.get(0x10));
      if (code === 0) break;
      index += code >> 4;
      values[ORDER[index] as number] = number(code & 15) * (steps[index] as number);
    }
    return inverse(values);
  };
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8)
      place(rgb, [block(0), block(1), block(2)], { left, top, width, height });
  }
  return rgb;
}

function inverse(values: readonly number[]): number[] {
  const scale = (frequency: number) => (frequency === 0 ? Math.SQRT1_2 : 1) / 2;
  const wave = (at: number, frequency: number) =>
    scale(frequency) * Math.cos(((2 * at + 1) * frequency * Math.PI) / 16);
  return values.map((_, at) => {
    let sum = 0;
    for (const [index, value] of values.entries()) {
      if (value !== 0) sum += value * wave(at % 8, index % 8) * wave(at >> 3, index >> 3);
    }
    return sum;
  });
}

function place(
  rgb: Uint8Array,
  blocks: readonly (readonly number[])[],
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): void {
  for (let at = 0; at < 64; at++) {
    const [x, y] = [left + (at % 8), top + (at >> 3)];
    if (x >= width || y >= height) continue;
    const [luma, blue, red] = blocks.map((block) => block[at] as number) as [number, number, number];
    const color = [luma + 1.402 * red, luma - 0.344 * blue - 0.714 * red, luma + 1.772 * blue];
    rgb.set(
      color.map((value) => Math.max(0, Math.min(255, Math.round(value + 128)))),
      (y * width + x) * 3,
    );
  }
}
