import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { spiPanel } from "modules/hardware/panels/spi-panel";

/** The same with an ST7789 of 172 x 320. */
export default breadboard("bread-compact-wifi-lcd-st7789-172x320", spiPanel());
