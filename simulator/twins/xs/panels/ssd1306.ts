import { call } from "host";
import VirtualScreen from "virtual/screen";

/** Twin of `ssd1306`: a screen of the size in the manifest's `defines`. As there, a picture is drawn whole. */
export default class SSD1306 extends VirtualScreen {
  constructor() {
    super(call("screen.driver", "ssd1306"));
  }

  override begin(area: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = area;
    const isWhole = x === 0 && y === 0 && width === this.width && height === this.height;
    if (!isWhole) throw new Error("partial updates unsupported");
    super.begin(area);
  }
}
