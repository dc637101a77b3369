import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { spiPanel } from "modules/hardware/panels/spi-panel";

/** The same with an ST7735 of 128 x 160. */
export default breadboard("bread-compact-wifi-lcd-st7735-128x160", spiPanel());
