import GC9A01 from "gc9a01";
import type { PanelPart } from "../panel.ts";
import { DriverPanel } from "./driver-panel.ts";
import type { PanelTraits } from "./panel-traits.ts";

/** A GC9A01 on SPI, mostly round, which the SDK drives as an ILI9341. Size and pins: `ili9341` in the manifest's `defines`. */
export function gc9a01(traits: PanelTraits = {}): PanelPart {
  return new DriverPanel(GC9A01, traits);
}
