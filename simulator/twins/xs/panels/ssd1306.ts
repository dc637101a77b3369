import { call } from "host";
import VirtualScreen from "virtual/screen";

/** Twin of `ssd1306`: a screen of the size in the manifest's `defines`. */
export default class SSD1306 extends VirtualScreen {
  constructor() {
    super(call("screen.driver", "ssd1306"));
  }
}
