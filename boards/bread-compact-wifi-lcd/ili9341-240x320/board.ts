import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { ili9341 } from "modules/hardware/panels/ili9341";

/** The same with an ILI9341 of 240 x 320. */
export default breadboard("bread-compact-wifi-lcd-ili9341-240x320", ili9341());
