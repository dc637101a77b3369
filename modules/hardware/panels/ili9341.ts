import ILI9341 from "ili9341";
import type { PanelPart } from "../panel.ts";
import { DriverPanel } from "./driver-panel.ts";
import type { PanelTraits } from "./panel-traits.ts";

/** An ILI9341 or ILI9342 on SPI. Size and pins: `ili9341` in the manifest's `defines`. */
export function ili9341(traits: PanelTraits = {}): PanelPart {
  return new DriverPanel(ILI9341, traits);
}
