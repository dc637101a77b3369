import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { spiPanel } from "modules/hardware/panels/spi-panel";

/** An ESP32-S3 on a breadboard: INMP441, MAX98357A, and an ST7789 of 240 x 320. */
export default breadboard("bread-compact-wifi-lcd", spiPanel());
