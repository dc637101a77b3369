import { breadboard } from "boards/bread-compact-wifi/breadboard";
import { ssd1306 } from "modules/hardware/panels/ssd1306";

/** The same with an SSD1306 of 128 x 64. */
export default breadboard("bread-compact-wifi-ssd1306-128x64", ssd1306());
