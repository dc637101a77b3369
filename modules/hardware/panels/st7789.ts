import ST7789 from "st7789";
import type { PanelPart } from "../panel.ts";
import { DriverPanel } from "./driver-panel.ts";
import type { PanelTraits } from "./panel-traits.ts";

/** An ST7789 on SPI, which the SDK drives as an ILI9341. Size and pins: `ili9341` in the manifest's `defines`. */
export function st7789(traits: PanelTraits = {}): PanelPart {
  return new DriverPanel(ST7789, traits);
}
