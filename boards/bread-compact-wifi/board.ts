import { breadboard } from "boards/bread-compact-wifi/breadboard";
import { ssd1306 } from "modules/hardware/panels/ssd1306";

/** An ESP32-S3 on a breadboard: INMP441, MAX98357A, four buttons, and an SSD1306 of 128 x 32. */
export default breadboard("bread-compact-wifi", ssd1306());
