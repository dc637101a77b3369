import type { PanelPart } from "../panel.ts";
import { ili9341 } from "./ili9341.ts";

/**
 * A panel on SPI that needs no more than the commands that nearly all have (MIPI DCS): ST7789, ST7735, ST7796 and many
 * others. Size, pins, and how its glass is built in: `ili9341` in the manifest's `defines`.
 */
export function spiPanel(traits: Parameters<typeof ili9341>[0] = {}): PanelPart {
  return ili9341(traits);
}
