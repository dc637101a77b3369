import SSD1306 from "ssd1306";
import type { PanelPart } from "../panel.ts";
import { DriverPanel, type PanelTraits } from "./driver-panel.ts";

/** An SSD1306 on I2C: black and white. Size and pins: `ssd1306` in the manifest's `defines`. */
export function ssd1306(traits: PanelTraits = {}): PanelPart {
  return new DriverPanel(SSD1306, traits);
}
