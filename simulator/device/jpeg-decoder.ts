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

/** One of brightness and the two of colour. */
interface Component {
  /** Blocks of it in a unit of the scan. */
  readonly across: number;
  readonly down: number;
  readonly steps: readonly number[];
  readonly tables: number;
}

/**
 * Decodes baseline JPEG files of three components in the plainest way, for tests and as the eyes of the simulator.
 * @throws Error for others, and for broken ones
 */
export function decodeJpeg(file: Uint8Array): Decoded {
  const steps = new Map<number, number[]>();
  const tables = new Map<number, Codes>();
  let [width, height, at] = [0, 0, 2];
  let components: Component[] = [];
  for (;;) {
    if (file[at] !== 0xff) throw new Error(`no marker at ${at}`);
    const marker = file[at + 1] as number;
    const length = ((file[at + 2] as number) << 8) | (file[at + 3] as number);
    const content = file.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === 0xdb) {
      for (let from = 0; from < content.length; from += 65) {
        steps.set(content[from] as number, [...content.subarray(from + 1, from + 65)]);
      }
    }
    if (marker === 0xc0) {
      [height, width] = [
        ((content[1] as number) << 8) | (content[2] as number),
        ((content[3] as number) << 8) | (content[4] as number),
      ];
      components = componentsOf(content.subarray(6), steps);
    }
    if (marker === 0xc4) readTables(content, tables);
    if (marker !== 0xda) continue;
    const scan = components.map((component, index) => ({ ...component, tables: content[2 + 2 * index] as number }));
    return {
      width,
      height,
      rgb: readPicture({ width, height, components: scan, tables, bits: bitsOf(file.subarray(at)) }),
    };
  }
}

function componentsOf(content: Uint8Array, steps: ReadonlyMap<number, readonly number[]>): Component[] {
  return [0, 3, 6].map((at) => {
    const sampling = content[at + 1] as number;
    const table = steps.get(content[at + 2] as number);
    if (!table) throw new Error(`component ${at / 3} has no quantization`);
    return { across: sampling >> 4, down: sampling & 15, steps: table, tables: 0 };
  });
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
  readonly components: readonly Component[];
  readonly tables: Map<number, Codes>;
  readonly bits: string;
}

/** Reads blocks, one after the other. */
function blockReader({ components, tables, bits }: Scan): (component: number) => number[] {
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
  return (index) => {
    const { steps, tables: chosen } = components[index] as Component;
    const values = new Array<number>(64).fill(0);
    former[index] = (former[index] as number) + number(next(tables.get(chosen >> 4)));
    values[0] = (former[index] as number) * (steps[0] as number);
    for (let position = 1; position < 64; position++) {
      const code = next(tables.get(0x10 | (chosen & 15)));
      if (code === 0) break;
      position += code >> 4;
      values[ORDER[position] as number] = number(code & 15) * (steps[position] as number);
    }
    return inverse(values);
  };
}

function readPicture(scan: Scan): Uint8Array {
  const { width, height, components } = scan;
  const rgb = new Uint8Array(width * height * 3);
  const [{ across, down }] = components as [Component];
  const read = blockReader(scan);
  for (let top = 0; top < height; top += 8 * down) {
    for (let left = 0; left < width; left += 8 * across) {
      const planes = components.map((component, index) => {
        const count = component.across * component.down;
        return { ...component, blocks: Array.from({ length: count }, () => read(index)) };
      });
      place(rgb, planes, { left, top, width, height });
    }
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

type Plane = Component & { readonly blocks: readonly (readonly number[])[] };

/** The value of a component at a pixel of the unit; `across` and `down` are those of brightness. */
function valueAt({ across, down, blocks }: Plane, x: number, y: number, all: Component): number {
  const column = Math.floor((x * across) / all.across);
  const row = Math.floor((y * down) / all.down);
  const block = blocks[(row >> 3) * across + (column >> 3)] as readonly number[];
  return block[(row & 7) * 8 + (column & 7)] as number;
}

function place(
  rgb: Uint8Array,
  planes: readonly Plane[],
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): void {
  const [first] = planes as [Plane];
  for (let y = 0; y < 8 * first.down && top + y < height; y++) {
    for (let x = 0; x < 8 * first.across && left + x < width; x++) {
      const [luma, blue, red] = planes.map((plane) => valueAt(plane, x, y, first)) as [number, number, number];
      const color = [luma + 1.402 * red, luma - 0.344 * blue - 0.714 * red, luma + 1.772 * blue];
      rgb.set(
        color.map((value) => Math.max(0, Math.min(255, Math.round(value + 128)))),
        ((top + y) * width + left + x) * 3,
      );
    }
  }
}
