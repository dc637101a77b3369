import Bitmap from "commodetto/Bitmap";
import Poco, { type PixelArea, type PixelsOut } from "commodetto/Poco";
import type { Environment } from "../environment.ts";

const WIDTH = 40;
const HEIGHT = 24;

/** Keeps what it gets, to be said as a checksum: a picture is too long for a trace. */
class Canvas implements PixelsOut {
  readonly width = WIDTH;
  readonly height = HEIGHT;
  readonly pixelFormat = Bitmap.RGB565LE;
  readonly calls: unknown[] = [];
  readonly #bytes = new Uint8Array(WIDTH * HEIGHT * 2);
  #window = { x: 0, y: 0, width: 0 };
  #at = 0;

  begin(area: PixelArea): void {
    const { x, y, width } = area;
    this.calls.push(["begin", area]);
    this.#window = { x, y, width };
    this.#at = 0;
  }

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    const { x, y, width } = this.#window;
    const bytes = new Uint8Array(pixels, offset, count);
    for (let at = 0; at < count; at += 2, this.#at++) {
      const to = ((y + Math.floor(this.#at / width)) * WIDTH + x + (this.#at % width)) * 2;
      this.#bytes[to] = bytes[at] as number;
      this.#bytes[to + 1] = bytes[at + 1] as number;
    }
  }

  end(): void {
    this.calls.push("end");
  }

  pixelsToBytes(count: number): number {
    return count * 2;
  }

  /** FNV-1a of all pixels. */
  checksum(): number {
    let sum = 0x811c9dc5;
    for (const byte of this.#bytes) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
    return sum;
  }

  pixel(x: number, y: number): number {
    const at = (y * WIDTH + x) * 2;
    return (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
  }
}

/** Every gray from covering to clear, in both halves of a byte. */
function ramp(): Bitmap {
  const bytes = new Uint8Array(16 * 4);
  for (let row = 0; row < 8; row++) {
    for (let pair = 0; pair < 8; pair++) bytes[row * 8 + pair] = ((pair * 2) << 4) | (pair * 2 + 1);
  }
  return new Bitmap(16, 8, Bitmap.Gray16, bytes.buffer as ArrayBuffer, 0);
}

/** A chequered pattern of nine columns, so that rows end inside a byte. */
function chequers(): Bitmap {
  const bytes = new Uint8Array(2 * 6);
  for (let row = 0; row < 6; row++) bytes.set(row % 2 === 0 ? [0xaa, 0x80] : [0x55, 0x00], row * 2);
  return new Bitmap(9, 6, Bitmap.Monochrome, bytes.buffer as ArrayBuffer, 0);
}

/** A 4 x 3 picture, every pixel another colour. */
function tile(): Bitmap {
  const words = new Uint16Array(12);
  for (let at = 0; at < words.length; at++) words[at] = at * 5381;
  return new Bitmap(4, 3, Bitmap.RGB565LE, words.buffer as ArrayBuffer, 0);
}

/** Shapes over an area, clips, origins, blends to the bit, and what is refused. */
export default function poco({ say, attempt, done }: Environment): void {
  const canvas = new Canvas();
  const render = new Poco(canvas);
  const white = render.makeColor(255, 255, 255);
  const orange = render.makeColor(250, 130, 20);
  const navy = render.makeColor(3, 9, 70);
  say([render.width, render.height, white, orange, navy]);

  render.begin();
  render.fillRectangle(navy, 0, 0, WIDTH, HEIGHT);
  render.fillRectangle(orange, -5, 3, 12, 4);
  render.drawPixel(white, 39, 23);
  render.end();
  say(["whole", canvas.checksum(), canvas.pixel(0, 3), canvas.pixel(39, 23)]);

  for (const blend of [1, 7, 8, 100, 127, 128, 200, 254, 255]) {
    render.begin(4, 4, 20, 10);
    render.fillRectangle(navy, 0, 0, WIDTH, HEIGHT);
    render.blendRectangle(orange, blend, 6, 5, 9, 4);
    render.end();
    say(["blend", blend, canvas.checksum(), canvas.pixel(6, 5)]);
  }

  for (const blend of [255, 240, 128, 17, 15, 0]) {
    render.begin(2, 2, 30, 12);
    render.fillRectangle(orange, 0, 0, WIDTH, HEIGHT);
    render.drawGray(ramp(), navy, 5, 3, 0, 0, 16, 8, blend);
    render.end();
    say(["gray", blend, canvas.checksum()]);
  }
  render.begin(8, 5, 7, 3);
  render.fillRectangle(white, 0, 0, WIDTH, HEIGHT);
  render.drawGray(ramp(), navy, 5, 3);
  render.end();
  say(["gray clipped", canvas.checksum()]);
  render.begin(0, 0, 20, 12);
  render.fillRectangle(white, 0, 0, WIDTH, HEIGHT);
  render.drawGray(ramp(), navy, 2, 2, 3, 1, 9, 5);
  render.end();
  say(["gray part", canvas.checksum()]);

  render.begin(0, 0, 20, 12);
  render.fillRectangle(white, 0, 0, WIDTH, HEIGHT);
  render.drawMonochrome(chequers(), navy, undefined, 1, 1);
  render.drawMonochrome(chequers(), undefined, orange, 5, 4, 1, 1, 7, 4);
  render.drawMonochrome(chequers(), navy, orange, -3, 8);
  render.end();
  say(["monochrome", canvas.checksum()]);

  render.begin(0, 0, 20, 12);
  render.fillRectangle(white, 0, 0, WIDTH, HEIGHT);
  render.drawBitmap(tile(), 2, 2);
  render.drawBitmap(tile(), 18, 10);
  render.drawBitmap(tile(), 9, 5, 1, 1, 2, 2);
  render.end();
  say(["bitmap", canvas.checksum()]);

  render.begin(0, 0, WIDTH, HEIGHT);
  render.fillRectangle(navy, 0, 0, WIDTH, HEIGHT);
  render.origin(10, 4);
  say(["clip", render.clip(2, 2, 10, 8)]);
  render.fillRectangle(orange, 0, 0, 5, 5);
  render.origin(1, 1);
  render.fillRectangle(white, 3, 3, 30, 2);
  say(["clip inside", render.clip(0, 0, 3, 3), render.clip(30, 30, 3, 3)]);
  render.fillRectangle(orange, 0, 0, 40, 40);
  render.clip();
  render.clip();
  render.origin();
  render.clip();
  render.origin();
  render.end();
  say(["origins and clips", canvas.checksum()]);

  canvas.calls.length = 0;
  render.begin(-4, -4, 10, 10);
  render.fillRectangle(white, -4, -4, 50, 50);
  render.continue(30, 20, 50, 50);
  render.fillRectangle(orange, 0, 0, 50, 50);
  render.end();
  say(["areas", canvas.calls, canvas.checksum()]);

  say(["end without begin", attempt(() => render.end())]);
  render.begin();
  render.clip(0, 0, 5, 5);
  say(["stack", attempt(() => render.end())]);
  render.begin();
  say(["source outside", attempt(() => render.drawGray(ramp(), navy, 0, 0, 10, 0, 10, 5))]);
  for (let count = 0; count < 200; count++) render.fillRectangle(navy, 0, 0, 3, 3);
  say(["overflow", attempt(() => render.end())]);
  say(["no room in the buffer", attempt(() => new Bitmap(16, 9, Bitmap.Gray16, new ArrayBuffer(64), 0))]);
  done();
}
