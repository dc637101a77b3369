import { JpegPicture } from "./jpeg-picture.ts";
import { type Picture, PictureError } from "./picture.ts";
import type { PixelMaker } from "./pixel-maker.ts";
import { PngPicture } from "./png-picture.ts";

/**
 * A picture in a file, by what the file begins with.
 * @throws PictureError for what is neither JPEG nor PNG, or one that the SDK cannot read
 */
export function openPicture(file: Uint8Array, maker: PixelMaker): Picture {
  if (file[0] === 0xff && file[1] === 0xd8) return new JpegPicture(file);
  if (file[0] === 0x89 && String.fromCharCode(...file.subarray(1, 4)) === "PNG") return new PngPicture(file, maker);
  const start = [...file.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new PictureError("picture-unknown", `neither a JPEG nor a PNG file: it begins with ${start || "nothing"}`);
}
