import type { PixelsOut } from "commodetto/Poco";

/** Lines that are drawn at a time; half of them are on their way to the panel meanwhile. */
const LINES = 16;

/**
 * A panel on QSPI whose chip takes the usual commands of displays. Pins and size are `qspi_panel` in the manifest's
 * `defines`. Each method body is one `native()` call; Poco draws through `c_dispatch` without calling the program.
 */
export default class QspiPanel extends Native("xs_qspi_destructor") implements PixelsOut {
  /**
   * @param _glass is for what stands in for the panel; the chip drives the corners of a round one, too
   * @throws Error when the bus or memory cannot be had
   */
  constructor(_glass: { readonly isRound?: boolean } = {}) {
    super();
    native("xs_qspi").call(this);
  }

  get width(): number {
    return native("xs_qspi_width").call(this);
  }

  get height(): number {
    return native("xs_qspi_height").call(this);
  }

  get pixelFormat(): number {
    return native("xs_qspi_pixel_format").call(this);
  }

  /** Poco draws into one half of its buffer while the other is sent. */
  get async(): boolean {
    return true;
  }

  get c_dispatch(): this {
    return this;
  }

  /** Pixels of Poco's buffer. */
  pixels(): number {
    return this.width * LINES;
  }

  /** @param data as much as the register wants; none for most commands */
  command(register: number, data?: Uint8Array): void {
    native("xs_qspi_command").call(this, register, data);
  }

  begin(area: { x: number; y: number; width: number; height: number }): void {
    native("xs_qspi_begin").call(this, area);
  }

  send(pixels: ArrayBuffer, offset?: number, count?: number): void {
    native("xs_qspi_send").call(this, pixels, offset, count);
  }

  /** After the first picture the panel is switched on. */
  end(): void {
    native("xs_qspi_end").call(this);
  }

  continue(): void {}

  /** Rectangles begin and end at even lines and columns; `c_dispatch` knows. */
  adaptInvalid(): void {}

  pixelsToBytes(count: number): number {
    return count * 2;
  }
}
