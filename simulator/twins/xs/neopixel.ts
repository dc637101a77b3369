import { call, register, release } from "host";

interface NeoPixelOptions {
  pin?: number;
  length?: number;
  order?: string;
}

/** How far each colour is shifted in a pixel's number. */
type Shifts = { [color: string]: number };

function shiftsOf(order: string): Shifts {
  const shifts: Shifts = {};
  for (let i = 0; i < order.length; i++) shifts[order.charAt(i)] = (order.length - 1 - i) * 8;
  return shifts;
}

/** Twin of the SDK's `neopixel` driver: colours become visible (and are recorded) at `update`. */
export default class NeoPixel {
  #id: number | undefined;
  #order: string;
  #shifts: Shifts;
  #pixels: Uint32Array;
  #brightness = 0x40;

  constructor(options: NeoPixelOptions) {
    const { pin = -1, length = 0 } = options;
    if (!length) throw new RangeError("no pixels");
    if (pin < 0) throw new RangeError("no pin");
    this.#order = options.order || "GRB";
    if (this.#order.length !== 3 && this.#order.length !== 4) throw new Error("invalid order");
    this.#shifts = shiftsOf(this.#order);
    this.#pixels = new Uint32Array(length);
    this.#id = register(this);
    call("pixels.open", this.#id, pin);
    this.update();
  }

  get length(): number {
    return this.#pixels.length;
  }

  get byteLength(): number {
    return this.#pixels.length * this.#order.length;
  }

  /** 0 to 255. */
  get brightness(): number {
    return this.#brightness;
  }

  set brightness(value: number) {
    this.#brightness = Math.max(0, Math.min(255, value | 0));
  }

  makeRGB(red: number, green: number, blue: number, white = 0): number {
    const { R = 0, G = 0, B = 0, W } = this.#shifts;
    const color = ((red & 255) << R) | ((green & 255) << G) | ((blue & 255) << B);
    return (W === undefined ? color : color | ((white & 255) << W)) >>> 0;
  }

  /** Hue 0 to 359, saturation and brightness 0 to 1000. */
  makeHSB(hue: number, saturation: number, brightness: number, white = 0): number {
    const value = (brightness * 255) / 1000;
    const chroma = (value * saturation) / 1000;
    const part = (offset: number): number => {
      const position = (offset + hue / 60) % 6;
      return Math.round(value - chroma * Math.max(0, Math.min(position, 4 - position, 1)));
    };
    return this.makeRGB(part(5), part(3), part(1), white);
  }

  getPixel(index: number): number | undefined {
    return this.#pixels[index];
  }

  setPixel(index: number, color: number): void {
    if (index >= 0 && index < this.#pixels.length) this.#pixels[index | 0] = color;
  }

  fill(color: number, index = 0, count: number = this.#pixels.length): void {
    if (index < 0 || index >= this.#pixels.length || count <= 0) return;
    this.#pixels.fill(color, index, Math.min(this.#pixels.length, index + count));
  }

  update(): void {
    if (this.#id === undefined) return;
    const { R = 0, G = 0, B = 0 } = this.#shifts;
    const rgb = new Uint8Array(this.#pixels.length * 3);
    this.#pixels.forEach((color, index) => {
      rgb[index * 3] = color >>> R;
      rgb[index * 3 + 1] = color >>> G;
      rgb[index * 3 + 2] = color >>> B;
    });
    call("pixels.show", this.#id, rgb, this.#brightness);
  }

  /** Turns the pixels off. */
  close(): void {
    if (this.#id === undefined) return;
    this.#pixels.fill(0);
    this.update();
    call("pixels.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }
}
