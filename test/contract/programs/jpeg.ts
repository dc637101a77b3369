import Bitmap from "commodetto/Bitmap";
import JPEG from "commodetto/ReadJPEG";
import { JpegOut } from "../../../modules/ui/screen/jpeg-out.ts";
import type { Environment } from "../environment.ts";

const WIDTH = 44;
const HEIGHT = 20;
/** The two highest bits of each colour: the rest is a matter of how a reader rounds. */
const COARSE = 0b1100011000011000;
const COLORS: readonly number[] = Object.freeze([0xf800, 0x07e0, 0x001f, 0xffff]);

/** A picture of four colours, one in each corner; a file of blocks of 8 x 8. */
function file(): Uint8Array {
  const out = new JpegOut({ width: WIDTH, height: HEIGHT, pixelFormat: Bitmap.RGB565LE }, 95);
  const line = new Uint16Array(WIDTH);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) line[x] = COLORS[(x < 24 ? 0 : 1) + (y < 8 ? 0 : 2)] as number;
    out.send(line.buffer as ArrayBuffer);
  }
  out.end();
  return out.finish();
}

/** Blocks in order, cut at the edges, in the format of the screen; the memory is the same for all. */
export default function jpeg({ say, attempt, done }: Environment): void {
  const picture = file();
  const reader = new JPEG(picture);
  const places: unknown[] = [];
  const colors: number[] = [];
  for (let block = reader.read(); block; block = reader.read()) {
    const { x, y, width, height, pixelFormat } = block;
    const pixels = new Uint16Array(block.buffer, 0, width * height);
    places.push([x, y, width, height, pixelFormat]);
    colors.push((pixels[0] as number) & COARSE, (pixels[pixels.length - 1] as number) & COARSE);
  }
  say(["places", places]);
  say(["colours", colors]);
  say(["after the end", attempt(() => reader.read() === undefined)]);
  say(["no file", attempt(() => new JPEG(new Uint8Array(20)) && "opened")]);
  // A view into a larger buffer, as files come from the network.
  const larger = new Uint8Array(picture.length + 7);
  larger.set(picture, 7);
  const first = new JPEG(larger.subarray(7)).read();
  say(["a view", first?.width, first?.height]);
  done();
}
