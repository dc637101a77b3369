import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { spiPanel } from "modules/hardware/panels/spi-panel";

/** The same with an ST7789 of 240 x 320, not IPS. */
export default breadboard("bread-compact-wifi-lcd-st7789-240x320-no-ips", spiPanel());
