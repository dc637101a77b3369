import { call } from "host";
import VirtualScreen, { type Shape } from "virtual/screen";

/** Twin of `co5300`: a screen of the size in the manifest's `defines`. */
export default class CO5300 extends VirtualScreen {
  #rotation = 0;
  #brightness = 100;

  constructor(glass: { readonly isRound?: boolean } = {}) {
    super({ ...call<Shape>("screen.driver", "co5300"), ...glass });
  }

  get rotation(): number {
    return this.#rotation;
  }

  set rotation(degrees: number) {
    if (![0, 90, 180, 270].includes(degrees)) throw new Error("invalid rotation");
    if ((degrees - this.#rotation) % 180 !== 0) this.turn();
    this.#rotation = degrees;
  }

  get brightness(): number {
    return this.#brightness;
  }

  set brightness(percent: number) {
    this.#brightness = Math.min(Math.max(percent | 0, 0), 100);
    call("screen.command", 0x51, Uint8Array.of((this.#brightness * 255) / 100));
  }

  /** The chip writes pairs of lines and columns; what is odd shifts a picture by a pixel. */
  override begin(area: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = area;
    if ((x | y | width | height) & 1) throw new Error(`odd rectangle: ${x}, ${y}, ${width} x ${height}`);
    super.begin(area);
  }
}
