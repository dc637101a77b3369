/** A camera behind the chip's parallel input, by `esp32-camera`. Each method body is one `native()` call. */
export default class CameraChip extends Native("xs_camerachip_destructor") {
  /**
   * Opens it; it stays open as long as the device runs.
   *
   * @param wiring pins: xclk, bus data, bus clock, data 0 to 7, vsync, href, pclk; 255 for none
   * @param width 320 or 640
   * @throws Error when no camera answers, or the memory does not suffice
   */
  constructor(wiring: Uint8Array, clockHz: number, width: number) {
    super();
    native("xs_camerachip").call(this, wiring, clockHz, width);
  }

  /**
   * What it sees now, as a JPEG file; takes as long as three pictures and their coding, some 0.3 s.
   *
   * @param qualityPercent less where the file would be longer than `maxBytes`
   * @throws Error when the camera gives no picture, or none that is short enough
   */
  take(qualityPercent: number, maxBytes: number): ArrayBuffer {
    return native("xs_camerachip_take").call(this, qualityPercent, maxBytes);
  }
}
