import I2C from "embedded:io/i2c";
import Bitmap from "commodetto/Bitmap";
import type { PixelsOut } from "commodetto/Poco";
import { frozen } from "../../../protocol/frozen.ts";
import { fromHex } from "../../../protocol/hex.ts";
import type { Shared } from "../../system/shared.ts";
import type { Panel, PanelPart } from "../panel.ts";
import { ChipError, hex, type I2cBus } from "../registers.ts";
import { type PanelTraits, resetPanel } from "./panel-traits.ts";

const ADDRESS = 0x3c;
const USUAL_HZ = 400_000;

const WIDTH = 128;
const HEIGHT = 64;
/** Lines of a page: a byte of the chip's memory is eight pixels below each other. */
const PAGE_LINES = 8;
/** The chip's memory is 132 wide, with the glass in its middle. */
const FIRST_COLUMN = 2;

/** What follows are commands, or pixels. */
const COMMANDS = 0x00;
const PIXELS = 0x40;

/**
 * Commands: off; clock, all lines, no offset; the pump for its voltage; mirrored in both directions; contrast, timing; the memory
 * shows, not inverted; on.
 */
const BEGINNING = "00aed580a83fd30040ad8ba1c8da1281cfd922db35a4a6af";

/** From here on a gray is white. */
const WHITE = 128;

class Sh1106Pixels implements PixelsOut {
  readonly width = WIDTH;
  readonly height = HEIGHT;
  readonly pixelFormat = Bitmap.Gray256;
  readonly #where: string;
  readonly #io: I2C;
  readonly #page = new Uint8Array(1 + WIDTH);
  #line = 0;

  /** @throws ChipError when it does not answer */
  constructor(bus: I2cBus, address: number) {
    this.#where = `sh1106 at ${hex(address)}`;
    this.#io = new I2C({ data: bus.data, clock: bus.clock, hz: bus.hz ?? USUAL_HZ, address });
    this.#page[0] = PIXELS;
    this.#write(fromHex(BEGINNING, BEGINNING.length >> 1) as Uint8Array);
  }

  /** The picture is whole: see {@link Panel.isWhole}. */
  begin(): void {
    this.#line = 0;
  }

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    const grays = new Uint8Array(pixels, offset, count);
    for (let from = 0; from + WIDTH <= grays.length; from += WIDTH) this.#addLine(grays, from);
  }

  #addLine(grays: Uint8Array, from: number): void {
    const page = this.#page;
    const bit = 1 << (this.#line % PAGE_LINES);
    if (bit === 1) page.fill(0, 1);
    for (let x = 0; x < WIDTH; x++)
      if ((grays[from + x] as number) >= WHITE) page[1 + x] = (page[1 + x] as number) | bit;
    this.#line++;
    if (this.#line % PAGE_LINES === 0) this.#showPage(this.#line / PAGE_LINES - 1);
  }

  #showPage(page: number): void {
    this.#write(Uint8Array.of(COMMANDS, 0xb0 | page, FIRST_COLUMN & 15, 0x10 | (FIRST_COLUMN >> 4)));
    this.#write(this.#page);
  }

  end(): void {}

  continue(): void {}

  pixelsToBytes(count: number): number {
    return count;
  }

  #write(bytes: Uint8Array): void {
    try {
      this.#io.write(bytes);
    } catch (cause) {
      throw new ChipError("chip-silent", `${this.#where}: write of ${bytes.length} bytes failed`, { cause });
    }
  }
}

interface Sh1106Options extends Pick<PanelTraits, "reset"> {
  readonly bus: I2cBus;
  /** 7 bits; 0x3c when absent. */
  readonly address?: number;
}

class Sh1106Part implements PanelPart {
  readonly #options: Sh1106Options;

  constructor(options: Sh1106Options) {
    this.#options = options;
  }

  create(shared: Shared): Panel {
    const { bus, address = ADDRESS } = this.#options;
    resetPanel(this.#options, shared);
    return { pixels: new Sh1106Pixels(bus, address), isWhole: true };
  }
}

/** A Sino Wealth SH1106 on I2C: black and white, 128 x 64. */
export function sh1106(options: Sh1106Options): PanelPart {
  return new Sh1106Part(frozen(options));
}
