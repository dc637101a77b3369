import { BINARY } from "../../host-server/browser-device/messages.ts";
import type { ScreenImage } from "../../simulator/device/screen-image.ts";

const HEADER_BYTES = 8;

/** The lines of a screen that have changed since they were sent last. */
export class PictureFeed {
  readonly #screen: ScreenImage;
  #frames = 0;
  #shown: Uint8Array = new Uint8Array(0);

  constructor(screen: ScreenImage) {
    this.#screen = screen;
  }

  /** What is new, as a page takes it; undefined when nothing is. */
  take(): Uint8Array | undefined {
    const { frames, size } = this.#screen;
    if (frames === this.#frames) return undefined;
    this.#frames = frames;
    const rgb = this.#screen.rgb();
    const lineBytes = size.width * 3;
    const isSame = (line: number) => {
      const [from, to] = [line * lineBytes, (line + 1) * lineBytes];
      return Buffer.compare(rgb.subarray(from, to), this.#shown.subarray(from, to)) === 0;
    };
    let [first, end] = [0, size.height];
    while (first < end && isSame(first)) first++;
    while (end > first && isSame(end - 1)) end--;
    this.#shown = rgb;
    if (first === end) return undefined;
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = BINARY.picture;
    header.writeUInt16LE(first, 2);
    header.writeUInt16LE(end - first, 4);
    header.writeUInt16LE(size.width, 6);
    return Buffer.concat([header, rgb.subarray(first * lineBytes, end * lineBytes)]);
  }
}
