import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { ili9341 } from "modules/hardware/panels/ili9341";

export default breadboard("bread-compact-wifi-lcd-ili9341-240x320-no-ips", ili9341());
