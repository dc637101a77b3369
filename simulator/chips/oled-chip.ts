import type { I2cChip } from "../device/i2c-buses.ts";
import { PIXEL_FORMATS } from "../device/raster.ts";
import type { ScreenImage } from "../device/screen-image.ts";

const WIDTH = 128;
const HEIGHT = 64;
const PAGE_LINES = 8;
const LAST_PAGE = HEIGHT / PAGE_LINES - 1;
const FIRST_COLUMN = 2;

/** Commands that the next byte belongs to. */
const WITH_VALUE = new Set([0x81, 0xa8, 0xad, 0xd3, 0xd5, 0xd9, 0xda, 0xdb]);

/** An SH1106 with its glass, which shows on the device's screen. */
export class Sh1106Chip implements I2cChip {
  readonly #screen: ScreenImage;
  #page = 0;
  #column = 0;
  isOn = false;
  /** It does not acknowledge: it is broken, or not there. */
  isSilent = false;

  constructor(screen: ScreenImage) {
    this.#screen = screen;
  }

  receive([kind, ...bytes]: Uint8Array): boolean {
    if (this.isSilent) return false;
    if (kind === 0x40) this.#draw(bytes);
    else this.#command(bytes);
    return true;
  }

  give(byteLength: number): Uint8Array | undefined {
    return this.isSilent ? undefined : new Uint8Array(byteLength);
  }

  #command(bytes: readonly number[]): void {
    for (let at = 0; at < bytes.length; at++) {
      const command = bytes[at] as number;
      if (WITH_VALUE.has(command)) at++;
      else if (command < 0x10) this.#column = (this.#column & 0xf0) | command;
      else if (command < 0x20) this.#column = (this.#column & 0x0f) | ((command & 15) << 4);
      else if (command >> 4 === 0xb) this.#page = command & 15;
      else if (command === 0xaf) this.#switchOn();
    }
  }

  #switchOn(): void {
    this.isOn = true;
    this.#screen.open({ width: WIDTH, height: HEIGHT }, PIXEL_FORMATS.Gray256);
  }

  /** One page, from the column that was set. */
  #draw(bytes: readonly number[]): void {
    const visible = bytes.slice(FIRST_COLUMN - this.#column, FIRST_COLUMN - this.#column + WIDTH);
    this.#screen.begin(0, this.#page * PAGE_LINES, WIDTH, PAGE_LINES);
    for (let line = 0; line < PAGE_LINES; line++) {
      this.#screen.send(Uint8Array.from(visible, (byte) => ((byte >> line) & 1 ? 255 : 0)));
    }
    if (this.#page === LAST_PAGE) this.#screen.end();
  }
}
